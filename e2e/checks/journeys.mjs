// Journeys of people through the site, each with JavaScript on and off.
import assert from 'node:assert/strict';
import { closePage, press, says } from '../lib/browser.mjs';
import { body, changed, citizen } from '../lib/people.mjs';
import { adhere, begin, fill, fillIn, mailTo, next, own, send } from '../lib/sheet.mjs';

/** A cooperative makes mistakes, corrects them, adheres; the receipt comes in the answer and by mail. */
async function cooperativeAdheres(page) {
  const answers = body('cooperativa-sociale', 'Cooperativa sociale Il Melograno', ['prima-infanzia', 'violenza']);
  answers.chi['costituita-il'] = '20/03/2011';
  page.allowed.add(422);
  await begin(page);
  await says(page, 'Passo 2 di 5. Chi aderisce', 'venerdì 18 ottobre 2013 alle 12:00. Vale l’ora di arrivo al server.');
  await fill(page, { ...answers.chi, 'codice-fiscale': '0123456789', 'recapito-email': 'info.ilmelograno.example', denominazione: '' });
  assert.equal(await next(page), 422, 'a step with mistakes');
  await says(page, 'Ci sono 3 dati da correggere');
  for (const name of ['denominazione', 'codice-fiscale', 'recapito-email']) {
    assert.equal(await page.locator(`.ps-errors a[href="#campo-${name}"]`).count(), 1, `${name} in the summary of errors`);
    assert.equal(await page.locator(`#campo-${name}[aria-invalid=true]`).count(), 1, `${name} is marked`);
  }
  assert.equal(await page.inputValue('[name=codice-fiscale]'), '0123456789', 'what was typed is kept');
  assert.equal(await page.locator('[name=categoria]:checked').getAttribute('value'), 'cooperativa-sociale', 'what was chosen is kept');
  if (page.js) assert(await page.locator('.ps-errors').evaluate((e) => e === document.activeElement), 'the summary of errors has the focus');
  await fillIn(page, answers);
  await says(page, 'Passo 5 di 5. Riepilogo', 'Cooperativa sociale Il Melograno', '20/03/2011', 'Il contrasto al maltrattamento ed alla violenza');
  assert.equal(await next(page), 422, 'without the declaration');
  await send(page);
  await says(page, 'Adesione registrata', 'Ricevuta PDZ-2013-', 'nei termini, mancavano', 'Codice di controllo', answers.chi['recapito-email']);
  assert.equal(await page.locator('.ps-qr svg[role=img]').count(), 1, 'QR code');
  const mine = await own(page);
  await confirms(page, answers.chi['recapito-email'], mine);
  await corrects(page, mine);
  await withdraws(page, mine);
}

/** The message holds receipt and proof; to open its link confirms nothing, to press the button does. */
async function confirms(page, email, mine) {
  await mailTo(page, email);
  await says(page, 'Conferma che questo indirizzo è tuo', 'ricevuta.json', 'ricevuta.tlog-proof');
  await press(page, 'main a[href*="/conferma/"]');
  await says(page, email, 'chiudi la pagina');
  const address = page.url();
  await page.goto(mine);
  await says(page, 'Conferma il tuo indirizzo.');
  await page.goto(address);
  await press(page, 'main form button');
  await says(page, 'Indirizzo confermato', 'è in vigore');
  await page.goto(mine);
  assert(!(await page.locator('main').innerText()).includes('Conferma il tuo indirizzo.'), 'the address is confirmed');
}

async function corrects(page, mine) {
  await page.goto(mine);
  await press(page, 'text=Correggi la scheda');
  await says(page, 'Stai correggendo una scheda già inviata');
  assert.equal(await page.inputValue('[name=denominazione]'), 'Cooperativa sociale Il Melograno', 'the correction begins from what was sent');
  await fillIn(page, { chi: {}, referente: {}, tavoli: { 'tavoli-scelti': ['poverta'] } });
  await send(page);
  await says(page, 'Correzione registrata', 'Contrasto alla povertà');
  await page.goto(mine);
  await page.locator('details:not([open]) summary').first().click();
  await says(page, 'Versione 1', 'Versione 2', 'Il contrasto al maltrattamento ed alla violenza', 'Contrasto alla povertà');
}

async function withdraws(page, mine) {
  await page.goto(mine);
  await press(page, 'text=Ritira l’adesione');
  await page.fill('#motivo', 'Abbiamo sbagliato Ambito.');
  await press(page, 'main form button.btn-primary');
  await says(page, 'Ritiro registrato');
  await page.goto(mine);
  await says(page, 'Versione 1', 'Versione 2', 'Abbiamo sbagliato Ambito.');
  assert.equal(await page.locator('text=Ritira l’adesione').count(), 0, 'what is withdrawn cannot be withdrawn again');
}

/** A citizen is not asked for a body. */
async function citizenAdheres(page) {
  const answers = citizen('Maria Prova', ['accoglienza']);
  await begin(page);
  await fill(page, { categoria: 'libero-cittadino' });
  for (const name of ['denominazione', 'comune-sede', 'costituita-il', 'registri']) {
    assert.equal(await page.locator(`[name="${name}"]`).count(), 0, `a citizen is asked for ${name}`);
  }
  await fillIn(page, answers);
  await send(page);
  await says(page, 'Adesione registrata', 'Maria Prova', 'La cultura dell’accoglienza');
}

/** One person, one address, two bodies: two adhesions, both in force once confirmed. */
async function oneForTwo(page) {
  const first = body('odv', 'Associazione Le Due Sponde', ['poverta']);
  const second = body('aps', 'Circolo La Lanterna', ['poverta']);
  second.chi['recapito-email'] = first.chi['recapito-email'];
  const mine = [];
  for (const answers of [first, second]) {
    await adhere(page, answers);
    await says(page, 'Adesione registrata', answers.chi.denominazione);
    mine.push(await own(page));
  }
  assert.notEqual(mine[0], mine[1], 'two management links');
  for (const address of mine) {
    await page.goto(address);
    await says(page, 'Anna Perrone', 'Conferma il tuo indirizzo.');
  }
}

/** Two people of one body are one body: the second sheet does not count beside the first. */
async function twoForOne(page) {
  const first = body('onlus', 'Onlus Casa Comune', ['violenza']);
  await adhere(page, first);
  await says(page, 'Adesione registrata');
  const second = changed(changed(first, 'chi', { 'recapito-email': `altra.${first.chi['recapito-email']}` }), 'referente', { 'nome-cognome': 'Luca Greco' });
  await adhere(page, second);
  await says(page, 'Scheda registrata, in attesa', 'Abbiamo già una scheda con questo codice fiscale');
}

/** A draft is saved, and resumed on another device from the link in the message. */
async function draftResumed(page, world) {
  const answers = body('parrocchia', 'Parrocchia San Tarcisio', ['poverta']);
  await begin(page);
  await fill(page, answers.chi);
  await press(page, 'button[value=bozza]');
  await says(page, 'Bozza salvata', answers.chi['recapito-email'], 'La bozza vive fino a');
  const device = await world.open({ js: page.js });
  await mailTo(device, answers.chi['recapito-email']);
  await press(device, 'main a[href*="/adesione/"]');
  if (device.url().endsWith('/referente')) await press(device, 'text=Indietro');
  assert.equal(await device.inputValue('[name=denominazione]'), 'Parrocchia San Tarcisio', 'the draft holds what was typed');
  await fillIn(device, answers);
  await send(device);
  await says(device, 'Adesione registrata', 'Parrocchia San Tarcisio');
  await mailTo(device, answers.chi['recapito-email'], 'Ricevuta');
  await says(device, 'Conferma che questo indirizzo è tuo');
  await closePage(device);
}

/** Some fields make the page ask for itself again: what is typed meanwhile stays. */
async function typesFast(page) {
  await begin(page);
  await fill(page, { categoria: 'odv' });
  await page.fill('[name=costituita-il]', '20/03/2011');
  const refreshed = page.waitForResponse(/aggiorna=1/);
  await page.keyboard.press('Tab');
  await page.keyboard.type('Registro regionale n. 12', { delay: 5 });
  await refreshed;
  await page.waitForSelector('.ps-hint');
  assert.equal(await page.inputValue('[name=registri]'), 'Registro regionale n. 12', 'what was typed while the page refreshed');
}

const journeys = {
  'a cooperative errs, adheres, confirms, corrects, withdraws': cooperativeAdheres,
  'a citizen adheres without a body': citizenAdheres,
  'a person adheres for two bodies': oneForTwo,
  'two people of a body are one body': twoForOne,
  'a draft resumes from the link in the message': draftResumed,
};

const bothWays = Object.entries(journeys).flatMap(([name, journey]) => [true, false].map((js) => [
  `${name}, JavaScript ${js ? 'on' : 'off'}`,
  async (world) => {
    const page = await world.open({ js });
    await journey(page, world);
    await closePage(page);
  },
]));

export const checks = [...bothWays, ['what is typed while the page refreshes stays', async (world) => {
  const page = await world.open();
  await typesFast(page);
  await closePage(page);
}]];
