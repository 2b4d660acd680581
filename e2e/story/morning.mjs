// 18 October 2013 until noon: the counter, a second officer, a question, the last minutes.
import assert from 'node:assert/strict';
import { body, onPaper } from '../lib/people.mjs';
import { process2014 } from '../lib/demo.mjs';

const atCounter = body('aps', 'Circolo di via Terni', ['poverta']);
const yesterday = body('odv', 'Associazione Mani Tese al Porto', ['accoglienza']);
const scan = '%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n';

export async function morning(t) {
  await t.step('18/10 09:00', 'lo sportello è aperto', () => t.desk(true));

  await t.step('18/10 09:20', 'un foglio consegnato allo sportello', async () => {
    const number = await t.keyIn('helpDesk', 'banco', '18/10/2013 09:18', 'atCounter', onPaper(atCounter), 'in termini, mancavano 2 ore', 'Stato: in vigore');
    const v = await t.officer('helpDesk');
    (await v.open(v.link(/\/registrate\//))).says(200, `Ricevuta ${number}`, 'Codice di controllo');
    (await v.open(`/ufficio${process2014}/adesioni`)).says(403);
    return `${number}, con la ricevuta da consegnare; l’elenco di tutte lo sportello non lo apre`;
  });

  await t.step('18/10 10:30', 'un foglio che si dice consegnato ieri', async () => {
    const v = await t.officer('officer');
    const number = await t.keyIn('officer', 'banco', '17/10/2013 12:40', 'yesterday', onPaper(yesterday), 'in termini', 'Stato: in attesa di un secondo addetto');
    await v.open(t.sheets.yesterday);
    v.says(200, 'Serve il riscontro di un secondo addetto', 'Il foglio l’hai registrato tu: il riscontro è di un altro addetto.');
    await v.deliver(`${t.sheets.yesterday}/riscontro`, new FormData());
    v.says(422, 'altro addetto');
    return `${number}: chi l’ha registrato non può confermarlo`;
  });

  await t.step('18/10 10:40', 'un altro addetto conferma l’ora, con la scansione', async () => {
    const v = await t.officer('headOfOffice');
    await v.open(t.sheets.yesterday);
    await v.submit(/\/riscontro$/);
    v.says(422, 'Scansione del foglio');
    await v.submit(/\/riscontro$/, { annotazione: 'Visto il timbro di ieri.' }, { 'scansione-riscontro': ['foglio.pdf', scan] });
    v.says(200, 'in vigore', 'Riscontro del secondo addetto');
    t.act('riscontro');
    return 'la scheda è in vigore, i due nomi restano agli atti';
  });

  await t.step('18/10 10:50', 'manca la sede: l’ufficio la chiede', async () => {
    const v = await t.officer('officer');
    await v.open(`${t.sheets.byMail}/decisione?esito=toComplete`);
    await v.submit(/\/decisione$/, { esito: 'toComplete', dato: 'Il Comune in cui avete sede.', motivazione: 'Nell’e-mail la sede non c’è.', termine: '21/10/2013' });
    v.says(200);
    t.act('esito');
    (await v.open(t.sheets.byMail)).says(200, 'Il Comune in cui avete sede.', 'Non è ancora arrivata una correzione.');
  });

  await t.step('18/10 11:05', 'una domanda per telefono, con la risposta data subito', async () => {
    const v = await t.officer('helpDesk');
    await v.open('/ufficio/lecce/sportello/nuova');
    const words = v.form(/\/sportello\/nuova$/).fields;
    const [question, answer] = words.filter((f) => f.tag === 'textarea').map((f) => f.name);
    await v.submit(/\/sportello\/nuova$/, { canale: words.find((f) => f.name === 'canale').value, [question]: 'Sono Ada: il parcheggio di via Terni è accessibile a chi usa la carrozzina?', [answer]: 'Sì: l’ingresso da via Terni è a raso.' });
    v.says(200, 'Registrata');
    t.question = v.link(/\/sportello\/domande\//);
    t.act('quesito');
    t.act('risposta');
  });

  await t.step('18/10 11:15', 'la risposta diventa di tutti, senza il nome di chi ha chiesto', async () => {
    const v = await t.officer('officer');
    await v.open(t.question);
    const [question, answer] = v.form(/\/pubblicazione$/).fields.filter((f) => f.tag === 'textarea').map((f) => f.name);
    await v.submit(/\/pubblicazione$/, { [question]: 'Il parcheggio di via Terni è accessibile?', [answer]: 'Sì, l’ingresso è a raso.' });
    v.says(200);
    t.act('risposta');
    const all = await t.visitor().open('/lecce/faq');
    all.says(200, 'Il parcheggio di via Terni è accessibile?', 'Sì, l’ingresso è a raso.');
    assert(!all.text.includes('Ada'), 'who asked is not named');
  });

  const school = await t.visitor().prepare(body('scuola', 'Istituto comprensivo Terzo Uliveto', ['genitorialita']));
  await t.step('18/10 11:59:59', 'una scuola preme «Invia» in tempo', async () => {
    await school.send();
    const { hour } = await t.keep(school.says(201, 'Adesione registrata', 'nei termini, mancavano 0,'), 'adesione');
    assert.match(hour, /^11:59:59,/, 'instant of reception');
    return `ore ${hour}`;
  });
}
