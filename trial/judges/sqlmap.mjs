// sqlmap, told that the database is the demo's SQLite, on every kind of parameter that reaches a query: search and filters of the office, the
// calendar, names in addresses, and the site's own forms as a browser would send them. Posts
// keep to the pace that the site's limit allows, so that none is turned away untried.
import { readFileSync, writeFileSync } from 'node:fs';
import { body } from '../../e2e/lib/people.mjs';
import { process2014 as process } from '../../e2e/lib/demo.mjs';
import { held } from '../../e2e/lib/html.mjs';
import { Officer } from '../../e2e/lib/officer.mjs';
import { Visitor } from '../../e2e/lib/visitor.mjs';
import { whole } from './judge.mjs';

const office = `/ufficio${process}`;
const seconds = 170;

/** What a form holds without anybody typing it. */
const untyped = '_modulo,sito-web,torna,presa-visione-privacy,passo';

export const judge = {
  name: 'sqlmap',
  flaw: /^injection in GET nome of \/cerca/,
  planted: (world) => ({ base: world.flawed, gets: [get('/cerca?nome=Faro')], posts: [post('/saluto', { nome: 'Ada' })] }),
  real,
  async look(world, { base, gets, posts }) {
    const found = await Promise.all([attack(world, base, 'gets', gets, []), attack(world, base, 'posts', posts, ['--delay', '0.11'])]);
    return found.flat();
  },
};

const get = (address, cookie) => ({ method: 'GET', address, cookie });
const post = (address, values, cookie) => ({ method: 'POST', address, cookie, body: new URLSearchParams(Object.entries(values).flatMap(([k, v]) => [v].flat().map((x) => [k, x]))).toString() });

/** A star marks the place of a name in an address. */
async function real(world) {
  const head = await new Officer(world.base).as('headOfOffice');
  const auditor = await new Officer(world.base).as('auditor');
  const [key, eye] = [head, auditor].map((o) => [...o.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
  const receipt = (await new Visitor(world.base).adhere(body('aps', 'Circolo della Prova', ['poverta']))).own().split('/')[3];
  return {
    base: world.base,
    gets: [
      get(`${office}/adesioni?cerca=faro&canale=web&tipo=odv&stato=in-vigore&tavolo=poverta&vedere=doppione&ordine=nome&pagina=1`, key),
      get(`${office}/adesioni.csv?cerca=faro&ordine=nome`, key),
      get('/ufficio/lecce/registro/atti?tipo=adesione&chi=web&giorno=17/10/2013&pagina=1', eye),
      get('/ufficio/lecce/registro/accessi?chi=x&giorno=17/10/2013&pagina=1', eye),
      get(`${process}/calendario?chi=aperti&fase=1`),
      get(`/lecce/ricevuta/${receipt}*`), get(`${process}/tavoli/1*`), get(`${process}/incontri/plenaria*`), get('/lecce*/'),
    ],
    posts: await forms(world.base),
  };
}

/** The forms of the site, each as its page holds it and with something typed in. */
async function forms(base) {
  const filled = async (page, pattern, values) => {
    const v = await new Visitor(base).open(page);
    const form = v.form(pattern);
    return post(form.action, { ...held(form), ...values });
  };
  const draft = await new Visitor(base).prepare(body('odv', 'Associazione della Prova', ['poverta']));
  const { chi } = body('odv', 'Associazione della Prova seconda');
  return [
    await filled(draft.at.replace('riepilogo', 'chi'), /\/chi$/, { 'codice-fiscale': chi['codice-fiscale'], denominazione: chi.denominazione }),
    await filled('/accedi', /\/accedi$/, { email: chi['recapito-email'] }),
    await filled('/lecce/sportello', /\/sportello$/, { domanda: 'A che ora si chiude?', recapito: chi['recapito-email'], nome: 'Ada' }),
    await filled('/lecce/parere?voto=2&pagina=/lecce/', /\/parere$/, {}),
    await filled('/lecce/verifica', /\/verifica$/, { testo: '{}' }),
  ];
}

/** Gives sqlmap the requests as a proxy would have logged them, and reads what it wrote down. */
async function attack(world, base, name, requests, more) {
  const log = `${world.dir}/sqlmap-${name}.log`;
  const report = `${world.dir}/sqlmap-${name}-${new URL(base).port}.csv`;
  writeFileSync(log, requests.map((r) => logged(base, r)).join(''));
  const { stdout } = await whole('sqlmap', ['-l', log, '--ignore-stdin', '--batch', '--disable-coloring', '--flush-session', '--output-dir', `${world.dir}/sqlmap-${name}`, '--results-file', report,
    '--dbms', 'sqlite', '--technique', 'BEU', '--skip', untyped, '--level', '1', '--risk', '1', '--union-cols', '1-3', '--timeout', '15', '--retries', '1', '--ignore-redirects', '--drop-set-cookie', ...more], { seconds });
  const tried = stdout.match(/testing for SQL injection on/g)?.length ?? 0;
  world.say(`${requests.length} ${name}, ${tried} parameters tried, ${stdout.match(/testing URL/g)?.length ?? 0} addresses`);
  writeFileSync(`${world.dir}/sqlmap-${name}.out`, stdout);
  if (tried === 0) throw new Error(`sqlmap tried nothing of ${name}: ${stdout.slice(-800)}`);
  return [...injections(report), ...broken(stdout, name)];
}

/** Lines of its table: address, place, parameter, techniques. */
function injections(report) {
  const lines = readFileSync(report, 'utf8').trim().split('\n').slice(1).filter(Boolean);
  return lines.map((l) => /^"?(\S*?)"?,([^,]*),([^,]*),([^,]*),/.exec(l)).filter((m) => m?.[4]).map(([, url, place, parameter]) => `injection in ${place} ${parameter} of ${new URL(url).pathname}`);
}

/** Answers that no parameter may provoke: a failure of ours, and a refusal that leaves it untried. */
const broken = (stdout, name) => [...stdout.matchAll(/^(5\d\d|429) \([^)]*\) - \d+ times/gm)].map(([, status]) => `${name}: status ${status} among the answers`);

function logged(base, { method, address, cookie, body = '' }) {
  const { host, hostname, origin } = new URL(base);
  const rule = '='.repeat(54);
  const head = [`${method} ${address} HTTP/1.1`, `Host: ${host}`, `Origin: ${origin}`, ...(cookie ? [`Cookie: ${cookie}`] : []),
    ...(method === 'POST' ? ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`] : [])];
  return `${rule}\n00:00:00  ${base}  [${hostname}]\n${rule}\n${head.join('\n')}\n\n${body}\n${rule}\n\n\n`;
}
