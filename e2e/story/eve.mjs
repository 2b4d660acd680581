// 17 October 2013, the day before: what comes by fax, e-mail and PEC is keyed in by the office.
import { body, onPaper } from '../lib/people.mjs';
import { process2014 } from '../lib/demo.mjs';

const town = body('comune', 'Comune di Borgo Tramonto');
const byMail = body('aps', 'Circolo degli Aquiloni', ['accoglienza']);
const byPec = body('cooperativa-sociale', 'Cooperativa sociale La Corrente', ['poverta', 'genitorialita']);

export async function eve(t) {
  await t.step('17/10 09:55', 'un Comune manda la scheda per fax, e tra amministrazioni il fax non vale', async () => {
    const v = await t.officer('officer');
    await v.open(`/ufficio${process2014}/adesioni/nuova`);
    await v.submit(/\/adesioni\/nuova$/, { ...onPaper(town), canale: 'fax', 'arrivo-giorno': '17/10/2013', 'arrivo-ora': '09:40', _azione: 'aggiorna' });
    v.says(200, 'La scheda si registra ma non vale.', 'art. 47 c. 2 lett. c');
    const number = await t.keyIn('officer', 'fax', '17/10/2013 09:40', 'town', onPaper(town), 'Stato: non ammessa');
    await v.open(`${t.sheets.town}/perche`);
    v.says(200, 'CAD, d.lgs. 82/2005, art. 47', 'va inviata per PEC');
    (await t.visitor().mailTo(town.chi['recapito-email'], number)).says(200, 'art. 47');
    return `${number}, agli atti con il motivo`;
  });

  await t.step('17/10 10:40', 'arriva una PEC', async () => {
    const number = await t.keyIn('officer', 'pec', '17/10/2013 10:31:07', 'byPec', onPaper(byPec), 'in termini, mancavano 1 giorno', 'Stato: in vigore');
    (await t.people.officer.open(t.sheets.byPec)).says(200, 'Che cosa prova questo canale', 'ora della ricevuta di consegna della PEC');
    return `${number}, conta la ricevuta di consegna`;
  });

  await t.step('17/10 17:45', 'un’associazione scrive per e-mail, senza dire la sede', async () => {
    const number = await t.keyIn('officer', 'email', '17/10/2013 17:32:10', 'byMail', onPaper(byMail, 'comune-sede'), 'in termini, mancavano 18 ore', 'Da completare');
    t.byMail = { number, own: t.owns.at(-1), answers: byMail };
    return `${number}, resta da completare`;
  });

  await t.step('17/10 18:10', 'una parrocchia comincia una bozza', async () => {
    const answers = body('parrocchia', 'Parrocchia San Tarcisio', ['poverta']);
    const v = await t.visitor().open(`${process2014}/adesione`);
    await v.submit(/\/adesione$/);
    await v.submit(/\/chi$/, { ...answers.chi, _azione: 'bozza' });
    v.says(200, 'Bozza salvata', answers.chi['recapito-email']);
    await v.mailTo(answers.chi['recapito-email']);
    t.draft = { answers, link: v.link(/\/adesione\//) };
    return 'la riprenderà dal collegamento arrivato per posta';
  });
}
