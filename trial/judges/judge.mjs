// What all judges share: the table of findings that were looked at and are none, the
// line that each prints, and how a program is run that must not run for ever.
//
// A judge is { name, flaw, planted(world), real(world), look(world, target), lacks?(world) }.
// look() gives its findings about a target, each a line of text; it is the same for the
// planted flaw and for Concerto, so that what is found there would be found here.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const here = fileURLToPath(new URL('.', import.meta.url));

/** Findings that somebody looked at and are none, each with the reason. In the file those with one reason stand together. */
export function readAccepted(text = readFileSync(`${here}accepted.json`, 'utf8')) {
  return JSON.parse(text).flatMap(({ judge, why, findings }) => {
    if (!judge || !(why?.length >= 20) || !(findings?.length > 0)) throw new Error(`accepted.json: each entry needs a judge, why, and findings: ${JSON.stringify({ judge, why })}`);
    return findings.map((finding) => ({ judge, why, finding }));
  });
}

/** What is left of findings when the accepted ones are taken out, and the accepted ones that no finding meets any more. */
export function sift(findings, accepted) {
  const left = findings.filter((f) => !accepted.some((a) => a.finding === f));
  const stale = accepted.filter((a) => !findings.includes(a.finding)).map((a) => `accepted.json has what is found no more: ${a.finding}`);
  return { left, stale };
}

/** Hears a judge: first on its planted flaw, then on Concerto. A judge that breaks down has found nothing and passes nothing. */
export async function hear(judge, world, accepted) {
  let planted = 'missed';
  const verdict = (verdict, wrong, findings = 0) => ({ planted, findings, verdict, wrong });
  try {
    const control = await judge.look(world, await judge.planted(world));
    if (!control.some((f) => judge.flaw.test(f))) return verdict('fail', [`the planted flaw was not found; it said: ${control.join('; ') || 'nothing'}`]);
    planted = 'found';
    const lacking = judge.lacks?.(world);
    if (lacking) return verdict('unavailable', [`NOT TRIED, AND NOT PASSED: ${lacking}`]);
    const found = [...new Set(await judge.look(world, await judge.real(world)))];
    const { left, stale } = sift(found, accepted.filter((a) => a.judge === judge.name));
    return verdict(left.length + stale.length > 0 ? 'fail' : 'pass', [...left, ...stale], left.length);
  } catch (error) {
    return verdict('fail', [error.message]);
  }
}

/** Runs a program to its end or to the end of its time; gives status and what it wrote. */
export function bounded(program, args, { seconds, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let stdout = '';
    let stderr = '';
    let late = false;
    child.stdout.on('data', (b) => (stdout += b));
    child.stderr.on('data', (b) => (stderr += b));
    const timer = setTimeout(() => { late = true; child.kill('SIGKILL'); }, seconds * 1000);
    child.once('error', (error) => { clearTimeout(timer); reject(new Error(`${program}: ${error.message}`)); });
    child.once('close', (status) => { clearTimeout(timer); resolve({ status, stdout, stderr, late }); });
  });
}

/** Runs a program that has to come to its end in time; a judge that was cut short has not judged. */
export async function whole(program, args, options) {
  const ran = await bounded(program, args, options);
  if (ran.late) throw new Error(`${program} was not done in ${options.seconds} s; its last words: ${ran.stdout.slice(-400)}`);
  return ran;
}
