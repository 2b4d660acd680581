// 18 October 2013 after noon: late and timely by the hour of arrival, the duplicate, the list, the auditor.
import assert from 'node:assert/strict';
import { body, onPaper } from '../lib/people.mjs';
import { process2014 } from '../lib/demo.mjs';
import { keyOf, verifyTwice } from '../lib/receipts.mjs';
import { Officer } from '../lib/officer.mjs';
import { cooperative } from './opening.mjs';

const inTime = body('odv', 'Associazione Il Faro', ['poverta']);
const late = body('odv', 'Associazione Il Ritardo', ['poverta']);
const office = `/ufficio${process2014}`;

export async function afternoon(t) {
  const foundation = await t.visitor().prepare(body('fondazione', 'Fondazione Opera Tramontalba', ['violenza']));
  await t.step('18/10 12:00:00.001', 'una fondazione preme «Invia» in ritardo', async () => {
    await foundation.send();
    foundation.says(201, 'Scheda registrata, fuori termine', 'è agli atti e non va persa', 'la presenza vale come adesione', 'martedì 22 ottobre 2013');
    const { hour } = await t.keep(foundation, 'adesione');
    assert.match(hour, /^12:00:0[0-9],(?!000)/, 'instant of reception');
    return `ore ${hour}`;
  });

  await t.step('18/10 12:20', 'registrato il fax delle 11:58', async () => {
    const number = await t.keyIn('officer', 'fax', '18/10/2013 11:58', 'inTime', onPaper(inTime), 'in termini, mancavano 2 minuti', 'Stato: in vigore');
    return `${number}, in termini: conta l’ora stampata dal fax`;
  });

  await t.step('18/10 12:22', 'registrato il fax delle 12:03', async () => {
    const number = await t.keyIn('officer', 'fax', '18/10/2013 12:03', 'late', onPaper(late), 'fuori termine, in ritardo di 3 minuti', 'Stato: fuori termine');
    const v = await t.officer('officer');
    await v.open(`${t.sheets.late}/perche`);
    v.says(200, 'La scheda da sola non vale come adesione', 'in ritardo di 3 minuti', 'Ricalcolato ora da ciò che la scheda diceva, l’esito è lo stesso');
    return `${number}, fuori termine di 3 minuti`;
  });

  await t.step('18/10 12:25', 'la cooperativa aveva spedito anche un fax', async () => {
    const number = await t.keyIn('officer', 'fax', '18/10/2013 11:40', 'again', onPaper(cooperative, 'recapito-email'), 'Sul foglio non c’è un indirizzo', 'Stato: doppione da decidere');
    await t.people.officer.open(`${office}/elenchi`);
    t.people.officer.says(200, 'Per ora non si può pubblicare.');
    return `${number}, doppione: finché non si decide, l’elenco non si pubblica`;
  });

  await t.step('18/10 12:28', 'si decide quale delle due schede vale', async () => {
    const settles = async (v) => {
      await v.open(`${office}/doppioni`);
      const [first] = v.form(/\/doppioni$/).fields.filter((f) => f.name === 'vale');
      return v.submit(/\/doppioni$/, { vale: first.value, motivazione: 'Lo stesso foglio, spedito due volte.' });
    };
    (await settles(await t.officer('officer'))).says(422, 'La scheda l’hai registrata tu: decide un altro addetto');
    (await settles(await t.officer('headOfOffice'))).says(200, 'Non ci sono doppioni su cui decidere.');
    t.act('esito');
    return 'non da chi ha registrato il fax: decide la responsabile';
  });

  await t.step('18/10 12:30', 'la parrocchia riprende la bozza e la invia', async () => {
    const v = await t.visitor().open(t.draft.link);
    v.says(200, 'Il termine è scaduto', 'Il modulo resta aperto');
    await v.fillIn(t.draft.answers);
    await v.send();
    await t.keep(v.says(201, 'fuori termine', 'in ritardo di 30 minuti', 'martedì 22 ottobre 2013'), 'adesione');
    (await v.mailTo(t.draft.answers.chi['recapito-email'], 'Ricevuta')).says(200, 'fuori termine', 'Chi interviene alla sessione');
    return 'cominciata prima del termine, arrivata dopo: fuori termine';
  });

  await t.step('18/10 12:35', 'l’associazione dell’e-mail entra con il collegamento e dice la sede', async () => {
    const v = await new Officer(t.demo.base).byMail(t.byMail.answers.chi['recapito-email']);
    await v.open('/mio');
    await v.open(v.link(/\/conferma\//));
    (await v.submit(/\/conferma\//)).says(200, 'Indirizzo confermato');
    t.act('conferma');
    (await v.open('/mio')).says(200, 'Completa la scheda', 'Il Comune in cui avete sede.');
    await v.submit(/\/correzione$/);
    await v.fillIn(t.byMail.answers);
    await v.send();
    await t.file(t.byMail.own);
    t.act('modifica');
    (await t.people.officer.open(t.sheets.byMail)).says(200, 'Dopo la richiesta è arrivata una correzione.');
    return `${t.byMail.number}, completata nel suo termine`;
  });

  await t.step('18/10 12:40', 'la responsabile pubblica l’elenco degli ammessi e dei non ammessi', async () => {
    const v = await t.officer('headOfOffice');
    await v.open(`${office}/elenchi`);
    await v.submit(/\/elenchi$/, { titolo: 'Elenco degli aderenti', numero: '41', data: '18/10/2013' });
    v.says(200, 'Elenco degli aderenti');
    t.act('elenco');
    const all = await t.visitor().open(process2014);
    await all.open(all.link(/\/elenchi\//));
    all.says(200, '41', '18 ottobre 2013', inTime.chi.denominazione, cooperative.chi.denominazione, 'Lo stesso foglio, spedito due volte.');
    return 'atto n. 41 del 18 ottobre 2013';
  });

  await t.step('18/10 12:45', 'dopo il termine la cooperativa non può più ritirarsi da sola', async () => {
    const v = await t.visitor().open(`${t.owns[1]}/ritiro`);
    v.says(200, 'Rivolgiti allo sportello');
  });

  await t.step('18/10 13:00', 'lo sportello è chiuso', () => t.desk(false));
  await auditor(t);

  await t.step('18/10 13:05', 'ogni ricevuta si verifica senza il sito', async () => {
    const key = await keyOf(t.demo);
    for (const file of t.receipts) await verifyTwice(t.demo, key, file, 0);
    return `${t.receipts.length} ricevute, 2 programmi`;
  });
}

/** The auditor finds each act of these days under its kind, and what departed from the plain course. */
async function auditor(t) {
  await t.step('18/10 13:02', 'il revisore ritrova ogni atto', async () => {
    const v = await t.officer('auditor');
    await v.open('/ufficio/lecce/registro');
    v.says(200, 'Sola lettura', 'Eccezioni');
    for (const [kind, n] of Object.entries(t.acts)) {
      await v.open(`/ufficio/lecce/registro/atti?tipo=${kind}`);
      const [, found, one] = /(?:(\d+) atti|(Un atto))/.exec(v.text) ?? [];
      assert.equal(one ? 1 : Number(found), n, `acts of kind ${kind}`);
    }
    await v.open('/ufficio/lecce/registro/eccezioni');
    v.says(200, 'Patrizia Lorusso Mandra', 'Lorenza Castriota Valle', 'Lo stesso foglio, spedito due volte.', 'Al tavolo 2 va un altro ente.');
    return Object.entries(t.acts).map(([kind, n]) => `${n} ${kind}`).join(', ');
  });
}
