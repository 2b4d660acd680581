// Tells the Lecce calendar of 9 to 18 October 2013 through the real program, on a
// simulated clock: over HTTP alone, and at the end an audit of what it left behind.
// One line a step; it stops at the first thing that is not so.
//   node e2e/story.mjs [bin/concerto]
import assert from 'node:assert/strict';
import { body, changed, citizen } from './lib/people.mjs';
import { eventsOf } from './lib/calendar.mjs';
import { process2014, startDemo } from './lib/demo.mjs';
import { download, keyOf, verifyTwice } from './lib/receipts.mjs';
import { Visitor } from './lib/visitor.mjs';

process.once('uncaughtException', (error) => {
  console.error(`not so: ${error.message}`);
  process.exit(1);
});

const demo = await startDemo(process.argv[2] ?? 'bin/concerto', '--empty', '--at', '2013-10-09T09:00');
const visitor = () => new Visitor(demo.base);
const owns = [];     // management links, in the order in which the sheets arrived
const receipts = []; // files of every receipt given
let steps = 0;

/** Moves the clock to a local hour of October 2013 (UTC+2), does something, and tells it. */
async function step(when, tells, does) {
  const [day, hour] = when.split(' ');
  await demo.move(`2013-10-${day.slice(0, 2)}T${hour}${hour.length === 5 ? ':00' : ''}+02:00`);
  const more = await does();
  steps++;
  console.log(`${when}  ${tells}${more ? `: ${more}` : ''}`);
}

const deadline = 'venerdì 18 ottobre 2013 alle 12:00';

/** Keeps the receipt that is open, as its holder would; gives what it says of itself. */
async function keep(v) {
  if (!owns.includes(v.own())) owns.push(v.own());
  receipts.push(await download(demo, v.own(), 'ricevuta.json', receipts.length));
  const [, number] = /Ricevuta (PDZ-2013-\d{4})/.exec(v.text) ?? assert.fail(`no number:\n${v.text}`);
  const [, at] = /Ricevuta il (\S+ \d+ ottobre 2013, ore \d\d:\d\d:\d\d,\d{3})/.exec(v.text) ?? assert.fail(`no instant:\n${v.text}`);
  return { number, at, hour: at.slice(-12) };
}

async function adheres(answers) {
  const v = await visitor().adhere(answers);
  return keep(v.says(201, 'Adesione registrata', 'nei termini, mancavano'));
}

async function desk(isOpen) {
  const v = await visitor().open('/lecce/sportello');
  v.says(200, isOpen ? 'Aperto adesso' : 'Chiuso adesso');
}

const cooperative = body('cooperativa-sociale', 'Cooperativa sociale Il Melograno', ['prima-infanzia', 'violenza']);
const association = body('odv', 'Associazione Le Due Sponde', ['poverta']);
const resident = citizen('Maria Prova', ['accoglienza']);
let draft;

await step('09/10 09:00', "pubblicato l'avviso", async () => {
  const v = await visitor().open(process2014);
  v.says(200, 'Le adesioni sono aperte', deadline, 'Vale l’ora di arrivo al server');
  (await v.open(`${process2014}/documenti/avviso.html`)).says(200, '18 ottobre 2013', 'Lecce, 9 ottobre 2013');
  return `si aderisce fino a ${deadline}`;
});

await step('09/10 09:01', 'il calendario', async () => {
  const v = await visitor().open(`${process2014}/calendario`);
  const dated = v.html.match(/<time class="ps-day[^"]*" datetime="2013-1[01]-\d\d"/g)?.length;
  const undated = v.html.match(/<li class="ps-session/g)?.length - dated;
  assert.deepEqual([dated, undated], [12, 1], 'dated and undated sessions');
  v.says(200, 'data da fissare', 'Conferenza dei servizi');
  return '12 incontri con la data, 1 da fissare';
});

await step('09/10 09:02', 'il calendario in iCal', async () => {
  const v = await visitor().open(`${process2014}/calendario.ics`);
  const events = eventsOf(v.html);
  const begins = (name) => events.find((e) => e.uid.startsWith(`${name}.`))?.begins;
  assert.equal(events.filter((e) => !e.uid.includes('.termine.')).length, 12, 'sessions in the feed');
  assert.equal(begins('iscrizione.termine'), '2013-10-18T10:00:00.000Z', 'the deadline');
  assert.equal(begins('plenaria'), '2013-10-22T13:00:00.000Z', 'before 27 October');
  assert.equal(begins('conferenza-generale'), '2013-11-14T14:00:00.000Z', 'after 27 October');
  return 'il termine è alle 10:00Z';
});

await step('09/10 12:59', 'lo sportello è aperto', () => desk(true));
await step('09/10 13:00', 'lo sportello è chiuso', () => desk(false));

await step('10/10 10:15', 'aderisce una cittadina', async () => {
  const r = await adheres(resident);
  return `${r.number}, ${r.at}`;
});

await step('11/10 09:30', 'aderisce una cooperativa', async () => {
  const r = await adheres(cooperative);
  return `${r.number}, ${r.at}`;
});

await step('11/10 09:31', 'la cooperativa conferma l’indirizzo dalla sua ricevuta', async () => {
  const v = await visitor().mailTo(cooperative.chi['recapito-email']);
  v.says(200, 'Conferma che questo indirizzo è tuo');
  await v.open(v.link(/\/conferma\//));
  v.says(200, 'Conferma');
  const address = v.at;
  assert.match((await visitor().open(owns.at(-1))).text, /Conferma il tuo indirizzo/, 'to open the link confirms nothing');
  await v.submit(/\/conferma\//);
  v.says(200, 'Indirizzo confermato');
  assert.doesNotMatch((await visitor().open(owns.at(-1))).text, /Conferma il tuo indirizzo/, `confirmed by ${address}`);
});

await step('12/10 10:00', 'sabato lo sportello è chiuso', () => desk(false));

await step('14/10 11:20', 'aderisce un’associazione', async () => {
  const r = await adheres(association);
  return `${r.number}, ${r.at}`;
});

await step('15/10 17:05', 'l’associazione corregge i tavoli', async () => {
  const own = owns.at(-1);
  const v = await visitor().open(own);
  await v.submit(/\/correzione$/);
  await v.fillIn(changed(association, 'tavoli', { 'tavoli-scelti': ['genitorialita', 'violenza'] }));
  await v.send();
  await keep(v.says(201, 'Correzione registrata', 'sostegno alla genitorialità'));
  await v.open(own);
  v.says(200, 'Versione 1', 'Versione 2', 'Contrasto alla povertà', 'sostegno alla genitorialità');
  return 'restano agli atti le due versioni';
});

await step('16/10 08:40', 'la cittadina ritira la scheda', async () => {
  const v = await visitor().open(`${owns[0]}/ritiro`);
  await v.submit(/\/ritiro$/, { motivo: 'Non posso esserci.' });
  await keep(v.says(201, 'Ritiro registrato'));
  await v.open(owns[0]);
  v.says(200, 'Versione 1', 'Non posso esserci.');
  return 'la scheda resta agli atti e non conta più';
});

await step('17/10 18:10', 'una parrocchia comincia una bozza', async () => {
  const answers = body('parrocchia', 'Parrocchia San Tarcisio', ['poverta']);
  const v = await visitor().open(`${process2014}/adesione`);
  await v.submit(/\/adesione$/);
  await v.submit(/\/chi$/, { ...answers.chi, _azione: 'bozza' });
  v.says(200, 'Bozza salvata', answers.chi['recapito-email']);
  await v.mailTo(answers.chi['recapito-email']);
  draft = { answers, link: v.link(/\/adesione\//) };
  return 'la riprenderà dal collegamento arrivato per posta';
});

await step('18/10 09:00', 'lo sportello è aperto', () => desk(true));

const school = await visitor().prepare(body('scuola', 'Istituto comprensivo Terzo Uliveto', ['genitorialita']));
await step('18/10 11:59:59', 'una scuola preme «Invia» in tempo', async () => {
  await school.send();
  const { hour } = await keep(school.says(201, 'Adesione registrata', 'nei termini, mancavano 0,'));
  assert.match(hour, /^11:59:59,/, 'instant of reception');
  return `ore ${hour}`;
});

const foundation = await visitor().prepare(body('fondazione', 'Fondazione Opera Tramontalba', ['violenza']));
await step('18/10 12:00:00.001', 'una fondazione preme «Invia» in ritardo', async () => {
  await foundation.send();
  foundation.says(201, 'Scheda registrata, fuori termine', 'è agli atti e non va persa', 'la presenza vale come adesione', 'martedì 22 ottobre 2013');
  const { hour } = await keep(foundation);
  assert.match(hour, /^12:00:0[0-9],(?!000)/, 'instant of reception');
  return `ore ${hour}`;
});

await step('18/10 12:30', 'la parrocchia riprende la bozza e la invia', async () => {
  const v = await visitor().open(draft.link);
  v.says(200, 'Il termine è scaduto', 'Il modulo resta aperto');
  await v.fillIn(draft.answers);
  await v.send();
  await keep(v.says(201, 'fuori termine', 'in ritardo di 30 minuti', 'martedì 22 ottobre 2013'));
  (await v.mailTo(draft.answers.chi['recapito-email'], 'Ricevuta')).says(200, 'fuori termine', 'Chi interviene alla sessione');
  return 'cominciata prima del termine, arrivata dopo: fuori termine';
});

await step('18/10 12:45', 'dopo il termine la cooperativa non può più ritirarsi da sola', async () => {
  const v = await visitor().open(`${owns[1]}/ritiro`);
  v.says(200, 'Rivolgiti allo sportello');
});

await step('18/10 13:00', 'lo sportello è chiuso', () => desk(false));

await step('18/10 13:05', 'ogni ricevuta si verifica senza il sito', async () => {
  const key = await keyOf(demo);
  for (const file of receipts) await verifyTwice(demo, key, file, 0);
  return `${receipts.length} ricevute, 2 programmi`;
});

await demo.stop();
const { status, output } = await demo.command('audit', '--data', demo.data);
const acts = /^ok acts=(\d+) /m.exec(output)?.[1];
assert.equal(status, 0, `concerto audit:\n${output}`);
assert.equal(Number(acts), receipts.length + 2, 'acts in the register: one for each receipt, the notice, a confirmation');
console.log(`ok steps=${steps} acts=${acts}`);
