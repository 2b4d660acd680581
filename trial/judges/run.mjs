// Hears the judges from outside, each first on a flaw planted for it.
//   node trial/judges/run.mjs [sqlmap,ffuf]
// prints "LINE judge name planted=found findings=N verdict"; the verdict is pass, fail or
// unavailable, and all but pass end with status 1, save that a database of weaknesses
// which nobody named in VULNDB is only said to be missing.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowser } from '../../e2e/lib/browser.mjs';
import { startDemo } from '../../e2e/lib/demo.mjs';
import { hear, readAccepted } from './judge.mjs';

// The quick ones first; Lighthouse measures, so it is heard when the others have left the processors.
const names = ['ffuf', 'slowhttptest', 'wapiti', 'sqlmap', 'axe', 'gosec', 'govulncheck', 'lighthouse'];

/** Starts the site with the planted flaws, and gives its address. */
function startPlanted() {
  const child = spawn('bin/planted', ['127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.on('data', (text) => resolve(/http:\S+/.exec(text)[0]));
  });
}

const chosen = process.argv[2] ? process.argv[2].split(',') : names;
for (const name of chosen) if (!names.includes(name)) throw new Error(`no judge is called ${name}; there are ${names.join(', ')}`);

const accepted = readAccepted();
const dir = mkdtempSync(join(tmpdir(), 'concerto-judges-'));
const browser = await startBrowser();
const flawed = await startPlanted();
const demo = await startDemo('bin/concerto', '--at', '2013-10-17T12:10');
const world = { demo, base: demo.base, flawed, browser, dir };
let failed = 0;
for (const name of chosen) {
  const { judge } = await import(`./${name}.mjs`);
  const began = performance.now();
  world.say = (text) => console.error(`${name} ${((performance.now() - began) / 1000).toFixed(1).padStart(5)}s  ${text}`);
  const result = await hear(judge, world, accepted);
  for (const what of result.wrong) world.say(what);
  world.say('done');
  console.log(`LINE judge ${name} planted=${result.planted} findings=${result.findings} ${result.verdict}`);
  if (result.verdict === 'fail') failed++;
}
await browser.close();
await demo.stop();
if (failed === 0) rmSync(dir, { recursive: true, force: true });
process.exit(failed > 0 ? 1 : 0);
