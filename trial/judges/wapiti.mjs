// wapiti: walks the site by its links, once as anybody and once as somebody of the office, and
// tries each form and parameter with markup, commands, foreign addresses, files and headers.
import { readFileSync } from 'node:fs';
import { Officer } from '../../e2e/lib/officer.mjs';
import { process2014 } from '../../e2e/lib/demo.mjs';
import { whole } from './judge.mjs';

const modules = 'xss,permanentxss,sql,exec,file,crlf,redirect,xxe,csp,http_headers,cookieflags';

export const judge = {
  name: 'wapiti',
  flaw: /^Cross Site Scripting GET \/saluto nome$/,
  planted: (world) => [{ address: `${world.flawed}/` }],
  async real(world) {
    const head = await new Officer(world.base).as('headOfOffice');
    return [{ address: `${world.base}/lecce/` }, { address: `${world.base}/ufficio${process2014}`, cookies: head.cookies }];
  },
  async look(world, walks) {
    const found = [];
    for (const walk of walks) found.push(...(await scan(world, walk)));
    return found;
  },
};

async function scan(world, { address, cookies }) {
  const report = `${world.dir}/wapiti.json`;
  const cookie = [...(cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  const { status, stdout, stderr } = await whole('wapiti', ['-u', address, '--scope', 'folder', '-m', modules, ...(cookie ? ['-H', `Cookie: ${cookie}`] : []), '-d', '4', '--max-links-per-page', '40', '--max-files-per-dir', '12',
    '--max-scan-time', '25', '--max-attack-time', '12', '-t', '10', '--flush-session', '--store-session', `${world.dir}/wapiti`, '--store-config', `${world.dir}/wapiti-config`,
    '--no-bugreport', '-v', '1', '-f', 'json', '-o', report], { seconds: 180 });
  if (status !== 0) throw new Error(`wapiti: status ${status}: ${stdout.slice(-500)} ${stderr.slice(-500)}`);
  const { vulnerabilities, anomalies } = JSON.parse(readFileSync(report, 'utf8'));
  const found = Object.entries({ ...vulnerabilities, ...anomalies }).flatMap(([kind, all]) => all.map((x) => line(kind, x)));
  world.say(`${address}: ${/\d+ URLs and forms/.exec(stdout)?.[0] ?? 'nothing'} tried, ${found.length} findings`);
  return [...new Set(found)];
}

/** A finding without what changes at each run: codes and keys in an address, and the payload. */
function line(kind, { method, path, parameter, info }) {
  const where = path.replace(/PDZ-[A-Z0-9-]+/g, '{codice}').replace(/\/[A-Z0-9]{13,}(?=\/|$)/g, '/{chiave}');
  return parameter ? `${kind} ${method} ${where} ${parameter}` : `${kind}: ${info}`; // without a parameter it is said of the whole site
}
