// ffuf: asks for thousands of addresses that nobody linked to. What answers 200 has to be in
// the table of routes, which is read from the matrix of the web package's tests.
import { readFileSync, writeFileSync } from 'node:fs';
import { whole } from './judge.mjs';

const common = '/usr/share/dirb/wordlists/common.txt';

/** Where the words are put: at the root, and under what an address can begin with. */
const places = ['', 'lecce/', 'ufficio/lecce/', 'lecce/percorsi/2014-2016/', 'static/'];

/** Names that a careless installation leaves behind, beside those of the list. */
const careless = ['.git/HEAD', '.git/config', '.env', '.htpasswd', 'concerto.db', 'concerto.db-wal', 'backup.zip', 'backup.sql', 'dump.sql', 'keys', 'log.key',
  'debug/pprof/', 'debug/vars', 'metrics', 'api/v1/', 'swagger.json', 'openapi.json', 'server-status', 'go.mod', 'process.yaml', 'guard', '..%2f', '%2e%2e/', '..;/'];

export const judge = {
  name: 'ffuf',
  flaw: /\/\.git\/HEAD$/,
  planted: (world) => world.flawed,
  real: (world) => world.base,
  async look(world, base) {
    const words = wordList();
    const list = `${world.dir}/words.txt`;
    writeFileSync(list, words.join('\n'));
    const report = `${world.dir}/ffuf.json`;
    const { status, stderr } = await whole('ffuf', ['-w', list, '-u', `${base}/FUZZ`, '-mc', '200', '-t', '8', '-timeout', '10', '-s', '-of', 'json', '-o', report], { seconds: 120 });
    if (status !== 0) throw new Error(`ffuf: status ${status}: ${stderr}`);
    const { results } = JSON.parse(readFileSync(report, 'utf8'));
    world.say(`${words.length} addresses asked for, ${results.length} answered 200`);
    return results.map((r) => new URL(r.url).pathname).filter((path) => !inTable(path)).map((path) => `200 outside the table of routes: ${path}`);
  },
};

/** The matrix names each route once: method, pattern, … */
const patterns = readFileSync('internal/web/testdata/matrice.tsv', 'utf8').trim().split('\n').slice(1)
  .map((line) => line.split('\t')).filter(([method]) => method === 'GET').map(([, pattern]) => pattern);

/** What may stand for the names in a pattern; a file of the style sheets is one that was built. */
const names = { ambito: 'lecce', percorso: '2014-2016', n: '\\d+', $: '', 'path...': '.+' };
const built = new Set(Object.values(JSON.parse(readFileSync('assets/dist/manifest.json', 'utf8'))).flatMap((x) => (typeof x === 'string' ? [x] : Object.values(x))).map((x) => `/static/${String(x).split('/').at(-1)}`));
const table = patterns.filter((p) => p !== '/static/{file}')
  .map((p) => new RegExp(`^(/en)?${p.replaceAll('.', '\\.').replace(/\{([^}]+)\}/g, (_, name) => names[name] ?? '[^/]+')}$`));

const inTable = (path) => built.has(path) || table.some((t) => t.test(path));

function wordList() {
  const listed = readFileSync(common, 'utf8').split('\n').filter((w) => w && !w.startsWith('#'));
  const own = [...new Set(patterns.flatMap((p) => p.split('/')).filter((s) => s && !s.startsWith('{')))];
  return [...new Set(places.flatMap((place) => [...listed, ...careless, ...own].map((w) => place + w)))];
}
