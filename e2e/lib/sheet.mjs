// Fills in the sheet of adhesion in a browser, as a person does.
import assert from 'node:assert/strict';
import { follow, press } from './browser.mjs';
import { process2014 } from './demo.mjs';

const proceed = 'form[novalidate] .ps-buttons button.btn-primary';

/** Reads the information and begins. */
export async function begin(page) {
  await page.goto(`${process2014}/adesione`);
  await press(page, 'text=Compila la scheda');
}

/** Fills the fields of the step that is open. */
export async function fill(page, answers) {
  for (const [name, value] of Object.entries(answers)) await set(page, name, value);
}

async function set(page, name, value) {
  const field = page.locator(`form[novalidate] [name="${name}"]`);
  switch (await field.first().getAttribute('type')) {
    case 'radio':
      return choose(page, page.locator(`[name="${name}"][value="${value}"]`));
    case 'checkbox':
      for (const box of await field.all()) await box.setChecked([value].flat().includes(await box.getAttribute('value')));
      return;
  }
  if (await field.evaluate((e) => e.tagName === 'SELECT')) await field.selectOption(value);
  else await field.fill(value);
}

/** Chooses an option. Where other fields hang on it the page shows them, by itself or by its button. */
async function choose(page, option) {
  if (await option.isChecked()) return undefined;
  const shows = /ps-shows/.test((await option.getAttribute('class')) ?? '');
  if (!shows) return option.check();
  if (!page.js) {
    await option.check();
    return press(page, 'button[value=aggiorna]');
  }
  const swapped = page.evaluate(() => new Promise((resolve) => document.addEventListener('htmx:after:swap', () => resolve(), { once: true })));
  await option.check();
  return swapped;
}

/** Presses "Continua", or the button that sends; gives the status of the answer. */
export async function next(page) {
  return (await press(page, proceed)).status();
}

/** Fills what is left, up to the summary. */
export async function fillIn(page, answers) {
  while (!page.url().endsWith('/riepilogo')) {
    const step = page.url().split('/').at(-1);
    await fill(page, answers[step]);
    assert.equal(await next(page), 303, `step ${step} is accepted`);
  }
}

/** The last click: the answer is the receipt. */
export async function send(page) {
  await page.locator('form[action$="/invio"] input[type=checkbox]').check();
  assert.equal(await next(page), 201, 'the receipt comes in the answer');
}

export async function adhere(page, answers) {
  await begin(page);
  await fillIn(page, answers);
  await send(page);
}

/** The management link on the receipt that is open, as a path. */
export const own = async (page) => new URL(await page.locator('a[href*="/gestione/"]').last().getAttribute('href'), page.url()).pathname.replace(/\/ricevuta\.\S+$/, '');

/** Opens the newest message to an address with these words in its subject. */
export async function mailTo(page, address, subject = '') {
  const line = page.locator('.ps-mails li', { hasText: address }).filter({ hasText: subject }).first();
  for (let i = 0; i < 50; i++) {
    await page.goto('/demo/posta');
    if (await line.count()) return follow(page, () => line.locator('a').click());
    await page.waitForTimeout(200);
  }
  return assert.fail(`no message "${subject}" to ${address}`);
}
