// The office at the closing hour, as a newcomer would try it. After the latecomers: the clock goes forward alone.
import assert from 'node:assert/strict';
import { closePage, narrow, press, says, wide } from '../lib/browser.mjs';
import { process2014 } from '../lib/demo.mjs';
import { violations } from './axe.mjs';

const office = '/ufficio/lecce/percorsi/2014-2016';

/** Enters as a role of the demo. */
async function enter(page, role) {
  await page.goto('/demo/ruolo');
  await press(page, `main button[value=${role}]`);
}

/** Keys in a sheet that came by fax at an hour of 18 October. */
async function keyIn(page, hour, name, code) {
  await page.goto(`${office}/adesioni/nuova?canale=fax`);
  await page.check('[name=canale][value=fax]');
  await page.fill('[name=arrivo-giorno]', '18/10/2013');
  await page.fill('[name=arrivo-ora]', hour);
  await page.fill('[name=codice-fiscale]', code);
  await page.selectOption('[name=categoria]', 'odv');
  await page.fill('[name=denominazione]', name);
  await page.fill('[name=nome-cognome]', 'Ada Prova');
  await page.check('[name=ruolo][value=legale-rappresentante]');
  await page.check('[name=tavoli-scelti][value=poverta]');
  await page.check('[name=presa-visione-privacy]');
  await press(page, 'main form button[type=submit] >> nth=-1');
}

/** Settles duplicates until nothing stands in the way of a list: earlier checks may have left some too. */
async function settle(page) {
  for (let i = 0; i < 20; i++) {
    await page.goto(`${office}/doppioni`);
    const pair = page.locator('section', { hasText: 'stesso codice fiscale' }).locator('form:has(input[name=vale])').first();
    assert(await pair.count(), 'no pair with the same tax code is left to settle');
    await pair.locator('input[name=vale]').first().check();
    await pair.locator('[name=motivazione]').fill('Lo stesso foglio spedito due volte.');
    await Promise.all([page.waitForEvent('load'), pair.locator('button[type=submit]').click()]);
    await page.goto(`${office}/elenchi`);
    if (await page.locator('[name=numero]').count()) return;
  }
  assert.fail('the list cannot be published after twenty duplicates were settled');
}

/** One fax at 11:58, one at 12:03, a second sheet of the first body: verdicts, why, duplicate, list, and what the auditor finds. */
const closingHour = (js) => async (world) => {
  await world.demo.move('2013-10-18T12:10:00+02:00');
  const page = await world.open({ js });
  const [one, two] = js ? ['99988870756', '99988860757'] : ['99988850758', '99988840759'];
  const name = js ? 'OdV Prova con script' : 'OdV Prova senza script';
  await enter(page, 'officer');
  await keyIn(page, '11:58', `${name} Uno`, one);
  await says(page, 'in termini, mancavano 2 minuti', 'Stato: in vigore');
  await keyIn(page, '12:03', `${name} Due`, two);
  await says(page, 'fuori termine, in ritardo di 3 minuti', 'Stato: fuori termine');
  await keyIn(page, '11:59', `${name} Uno, di nuovo`, one);
  await says(page, 'doppione da decidere');

  await page.goto(`${office}/adesioni`);
  await press(page, `main a:has-text("${name} Due")`);
  await says(page, 'Che cosa prova questo canale', 'ora stampata dall’apparecchio');
  await page.goto(`${new URL(page.url()).pathname}/perche`);
  await says(page, 'La scheda da sola non vale come adesione', 'in ritardo di 3 minuti', 'Ricalcolato ora da ciò che la scheda diceva, l’esito è lo stesso');

  await enter(page, 'headOfOffice');
  await page.goto(`${office}/adesioni`);
  await press(page, 'main a:has-text("Doppioni")');
  await settle(page);
  await page.fill('[name=numero]', js ? '41' : '42');
  await page.fill('[name=data]', '18/10/2013');
  await press(page, 'main form:has([name=numero]) button[type=submit]');
  await page.goto(process2014);
  await press(page, 'main a[href*="/elenchi/"] >> nth=0');
  await says(page, `${name} Uno`, 'non ammessa');

  await enter(page, 'auditor');
  await page.goto('/ufficio/lecce/registro');
  await says(page, 'Sola lettura', 'Eccezioni');
  await page.goto('/ufficio/lecce/registro/atti');
  await says(page, 'Pubblicazione di un elenco', 'Decisione dell’ufficio', 'Patrizia Lorusso Mandra', 'Lorenza Castriota Valle');
  await closePage(page);
};

/** A question by phone becomes an answer, and the answer a question of everybody. */
async function desk(world) {
  const page = await world.open();
  await enter(page, 'helpDesk');
  await page.goto('/ufficio/lecce/sportello/nuova');
  await page.check('[name=canale] >> nth=0');
  for (const [i, text] of ['Il parcheggio di via Terni è accessibile a chi usa la carrozzina?', 'Sì: l’ingresso da via Terni è a raso.'].entries()) await page.locator('main form textarea').nth(i).fill(text);
  await press(page, 'main form button[type=submit] >> nth=-1');
  await page.goto('/ufficio/lecce/sportello');
  await press(page, 'main a:has-text("parcheggio di via Terni") >> nth=0');
  await says(page, 'a raso');
  const question = new URL(page.url()).pathname;
  await enter(page, 'officer');
  await page.goto(question);
  for (const [i, text] of ['Il parcheggio è accessibile?', 'Sì, l’ingresso è a raso.'].entries()) await page.locator('form[action$="/pubblicazione"] textarea').nth(i).fill(text);
  await press(page, 'form[action$="/pubblicazione"] button[type=submit] >> nth=-1');
  await page.goto('/lecce/faq');
  await says(page, 'Il parcheggio è accessibile?', 'Sì, l’ingresso è a raso.');
  await closePage(page);
}

/** Who enters as the office stands before the dashboard: what is due, figures that add up, lists behind the counts. */
const dashboard = (js) => async (world) => {
  await world.demo.move('2013-10-18T12:10:00+02:00');
  const page = await world.open({ js });
  await enter(page, 'officer');
  assert.equal(new URL(page.url()).pathname, office);
  await says(page, 'Cruscotto dell’Ufficio di Piano', 'Scadenze', 'Sessione plenaria', 'nell’ultimo giorno utile', 'Da controllare');
  const table = page.locator('.ps-dash-kinds table');
  const numbers = async (cells) => (await cells.allTextContents()).map(Number);
  const totals = await numbers(table.locator('tbody td:last-child'));
  const [total] = await numbers(table.locator('tfoot td:last-child'));
  assert.equal(totals.reduce((x, y) => x + y, 0), total, 'the kinds add up');
  const days = await numbers(page.locator('.ps-dash-days table tbody td:last-child'));
  assert.equal(days.at(-1), total, 'the days add up');
  await press(page, '.ps-dash-checks a >> nth=0');
  assert(page.url().includes('/adesioni?vedere='), 'a count leads to the list');
  await closePage(page);
};

/** The pages with a role are as accessible as the others. */
async function accessible(world) {
  const page = await world.open();
  for (const [role, addresses] of Object.entries({
    headOfOffice: [office, `${office}/adesioni`, `${office}/adesioni/nuova`, `${office}/adesioni/decisioni`, `${office}/doppioni`, `${office}/elenchi`, `${office}/avviso`, '/ufficio/lecce/persone', '/ufficio/lecce/enti', '/ufficio/lecce/sportello'],
    auditor: ['/ufficio/lecce/registro', '/ufficio/lecce/registro/atti'],
    delegate: ['/mio', '/accesso'],
  })) {
    await enter(page, role);
    for (const address of addresses) {
      assert.equal((await page.goto(address)).status(), 200, address);
      for (const viewport of [wide, narrow]) {
        await page.setViewportSize(viewport);
        assert.deepEqual(await violations(page), [], `${address} at ${viewport.width} px`);
      }
    }
  }
  await closePage(page);
}

export const checks = [
  ['faxes before and after noon, a duplicate, a list, the auditor, JavaScript on', closingHour(true)],
  ['faxes before and after noon, a duplicate, a list, the auditor, JavaScript off', closingHour(false)],
  ['a question by phone becomes a frequent one', desk],
  ['the dashboard, JavaScript on', dashboard(true)],
  ['the dashboard, JavaScript off', dashboard(false)],
  ['pages with a role have no violation', accessible],
];
