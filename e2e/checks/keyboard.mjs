// With the keyboard alone.
import assert from 'node:assert/strict';
import { closePage, follow } from '../lib/browser.mjs';
import { process2014 } from '../lib/demo.mjs';

const focused = (page) => page.evaluate(() => {
  const e = document.activeElement;
  const { outlineStyle, boxShadow } = getComputedStyle(e);
  return { tag: e.tagName, id: e.id, name: e.name, href: e.getAttribute('href'), text: (e.textContent ?? '').trim(), visible: outlineStyle !== 'none' || boxShadow !== 'none' };
});

/** Presses Tab until the focus is on what is looked for; it must be seen wherever it passes. */
async function tabTo(page, isIt, most = 80) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.tag === 'BODY') break;
    assert(at.visible, `the focus is not seen on ${at.tag} "${at.text.slice(0, 40)}"`);
    if (isIt(at)) return at;
  }
  return assert.fail(`not reached by Tab on ${page.url()}`);
}

/** From the home page to the first field of the form, and over the error summary to the field at fault. */
async function toTheFirstField(world) {
  const page = await world.open();
  page.allowed.add(422);
  await page.goto('/lecce/');
  await page.keyboard.press('Tab');
  assert.equal((await focused(page)).href, '#contenuto', 'the first stop leads to the content');
  await page.keyboard.press('Enter');
  await tabTo(page, (e) => e.href === `${process2014}/adesione`);
  await follow(page, () => page.keyboard.press('Enter'));
  await tabTo(page, (e) => e.text === 'Compila la scheda');
  await follow(page, () => page.keyboard.press('Enter'));
  await tabTo(page, (e) => e.name === 'categoria');
  await tabTo(page, (e) => e.tag === 'BUTTON' && e.text === 'Continua');
  await follow(page, () => page.keyboard.press('Enter'));
  assert(await page.locator('.ps-errors').evaluate((e) => e === document.activeElement), 'the summary of errors has the focus');
  await tabTo(page, (e) => e.href === '#campo-codice-fiscale', 3);
  await page.keyboard.press('Enter');
  await page.waitForURL(/#campo-codice-fiscale$/);
  await page.keyboard.type('99980000001');
  assert.equal(await page.inputValue('#campo-codice-fiscale'), '99980000001', 'the summary leads into the field');
  await closePage(page);
}

/** Every stop of the home page and of a long form is at least seen, and none holds the focus. */
async function noTrap(world) {
  const page = await world.open();
  for (const address of ['/lecce/', `${process2014}/calendario`]) {
    await page.goto(address);
    const stops = [];
    for (let i = 0; i < 200; i++) {
      await page.keyboard.press('Tab');
      const at = await focused(page);
      if (at.tag === 'BODY') break;
      assert(at.visible, `${address}: the focus is not seen on ${at.tag} "${at.text.slice(0, 40)}"`);
      stops.push(at);
    }
    assert(stops.length > 10 && stops.length < 200, `${address}: ${stops.length} stops`);
  }
  await closePage(page);
}

export const checks = [
  ['from the home page to the first field, and from an error to its field', toTheFirstField],
  ['the focus is always seen and never trapped', noTrap],
];
