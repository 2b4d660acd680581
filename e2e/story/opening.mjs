// 9 to 16 October 2013: the notice is published, and the first adhere by themselves.
import assert from 'node:assert/strict';
import { body, changed, citizen } from '../lib/people.mjs';
import { eventsOf } from '../lib/calendar.mjs';
import { process2014 } from '../lib/demo.mjs';
import { deadline } from './telling.mjs';

export const cooperative = body('cooperativa-sociale', 'Cooperativa sociale Il Melograno', ['prima-infanzia', 'violenza']);
const association = body('odv', 'Associazione Le Due Sponde', ['poverta']);
const resident = citizen('Maria Prova', ['accoglienza']);

export async function opening(t) {
  await t.step('09/10 09:00', 'pubblicato l’avviso', async () => {
    t.act('avviso');
    const v = await t.visitor().open(process2014);
    v.says(200, 'Le adesioni sono aperte', deadline, 'Vale l’ora di arrivo al server');
    (await v.open(`${process2014}/documenti/avviso.html`)).says(200, '18 ottobre 2013', 'Lecce, 9 ottobre 2013');
    return `si aderisce fino a ${deadline}`;
  });

  await t.step('09/10 09:01', 'il calendario', async () => {
    const v = await t.visitor().open(`${process2014}/calendario`);
    const dated = v.html.match(/<time class="ps-day[^"]*" datetime="2013-1[01]-\d\d"/g)?.length;
    const undated = v.html.match(/<li class="ps-session/g)?.length - dated;
    assert.deepEqual([dated, undated], [12, 1], 'dated and undated sessions');
    v.says(200, 'data da fissare', 'Conferenza dei servizi');
    return '12 incontri con la data, 1 da fissare';
  });

  await t.step('09/10 09:02', 'il calendario in iCal', async () => {
    const v = await t.visitor().open(`${process2014}/calendario.ics`);
    const events = eventsOf(v.html);
    const begins = (name) => events.find((e) => e.uid.startsWith(`${name}.`))?.begins;
    assert.equal(events.filter((e) => !e.uid.includes('.termine.')).length, 12, 'sessions in the feed');
    assert.equal(begins('iscrizione.termine'), '2013-10-18T10:00:00.000Z', 'the deadline');
    assert.equal(begins('plenaria'), '2013-10-22T13:00:00.000Z', 'before 27 October');
    assert.equal(begins('conferenza-generale'), '2013-11-14T14:00:00.000Z', 'after 27 October');
    return 'il termine è alle 10:00Z';
  });

  await t.step('09/10 12:59', 'lo sportello è aperto', () => t.desk(true));
  await t.step('09/10 13:00', 'lo sportello è chiuso', () => t.desk(false));

  await t.step('10/10 10:15', 'aderisce una cittadina', async () => {
    const r = await t.adheres(resident);
    return `${r.number}, ${r.at}`;
  });

  await t.step('11/10 09:30', 'aderisce una cooperativa', async () => {
    const r = await t.adheres(cooperative);
    return `${r.number}, ${r.at}`;
  });

  await t.step('11/10 09:31', 'la cooperativa conferma l’indirizzo dalla sua ricevuta', async () => {
    const v = await t.visitor().mailTo(cooperative.chi['recapito-email']);
    v.says(200, 'Conferma che questo indirizzo è tuo');
    await v.open(v.link(/\/conferma\//));
    v.says(200, 'Conferma');
    const address = v.at;
    assert.match((await t.visitor().open(t.owns.at(-1))).text, /Conferma il tuo indirizzo/, 'to open the link confirms nothing');
    await v.submit(/\/conferma\//);
    t.act('conferma');
    v.says(200, 'Indirizzo confermato');
    assert.doesNotMatch((await t.visitor().open(t.owns.at(-1))).text, /Conferma il tuo indirizzo/, `confirmed by ${address}`);
  });

  await t.step('12/10 10:00', 'sabato lo sportello è chiuso', () => t.desk(false));

  await t.step('14/10 11:20', 'aderisce un’associazione', async () => {
    const r = await t.adheres(association);
    return `${r.number}, ${r.at}`;
  });

  await t.step('15/10 17:05', 'l’associazione corregge i tavoli', async () => {
    const own = t.owns.at(-1);
    const v = await t.visitor().open(own);
    await v.submit(/\/correzione$/);
    await v.fillIn(changed(association, 'tavoli', { 'tavoli-scelti': ['genitorialita', 'violenza'] }));
    await v.send({ _motivo: 'Al tavolo 2 va un altro ente.' });
    await t.keep(v.says(201, 'Correzione registrata', 'sostegno alla genitorialità', 'Al tavolo 2 va un altro ente.'), 'modifica');
    await v.open(own);
    v.says(200, 'Versione 1', 'Versione 2', 'Contrasto alla povertà', 'sostegno alla genitorialità');
    return 'restano agli atti le due versioni';
  });

  await t.step('16/10 08:40', 'la cittadina ritira la scheda', async () => {
    const v = await t.visitor().open(`${t.owns[0]}/ritiro`);
    await v.submit(/\/ritiro$/, { motivo: 'Non posso esserci.' });
    await t.keep(v.says(201, 'Ritiro registrato'), 'ritiro');
    await v.open(t.owns[0]);
    v.says(200, 'Versione 1', 'Non posso esserci.');
    return 'la scheda resta agli atti e non conta più';
  });
}
