// What is printed: how many sheets, and whether the words are all there.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closePage } from '../lib/browser.mjs';
import { process2014, run } from '../lib/demo.mjs';
import { kindsOf } from '../lib/kinds.mjs';

/** The page as an A4 file. */
async function pdfOf(page) {
  return page.pdf({ format: 'A4', preferCSSPageSize: true, printBackground: true, tagged: true });
}

const sheets = (pdf) => pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;

/** Prints an address and counts the sheets. */
const prints = (address, most) => async (world) => {
  const page = await world.open();
  await page.goto(address);
  const n = sheets(await pdfOf(page));
  assert(n >= 1 && n <= most, `${address}: ${n} sheets, want at most ${most}`);
  await closePage(page);
};

async function receiptOnOneSheet(world) {
  const [, open] = (await kindsOf(world)).find(([name]) => name === 'ricevuta');
  const page = await world.open();
  await open(page);
  assert.equal(sheets(await pdfOf(page)), 1, 'sheets');
  await closePage(page);
}

/** Nothing of the notice is lost between screen and paper, and nothing of the site's frame gets onto it. */
async function noticeComplete(world) {
  if ((await run('pdftotext', ['-v']).catch(() => ({ status: 1 }))).status !== 0) throw new Error('pdftotext is not there: install the package "poppler-utils"');
  const page = await world.open();
  await page.goto(`${process2014}/documenti/avviso.html`);
  const name = join(world.demo.data, 'avviso.pdf');
  writeFileSync(name, await pdfOf(page));
  const { output } = await run('pdftotext', ['-layout', name, '-']);
  const words = (text) => text.normalize('NFKC').split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const printed = new Set([...words(output), ...words(output.replace(/-\n\s*/g, ''))]); // a word may be divided at the end of a line
  const shown = await page.locator('article.ps-sheet > :not(.ps-noprint)').allInnerTexts();
  const lost = words(shown.join('\n')).filter((w) => !printed.has(w));
  assert(lost.length === 0, `words of the notice that are not on paper: ${[...new Set(lost)].slice(0, 20).join(', ')}`);
  for (const phrase of ['18 ottobre 2013', '9 ottobre 2013', 'Sessione Plenaria']) assert(output.replace(/\s+/g, ' ').includes(phrase), `"${phrase}" is not on paper`);
  for (const frame of ['Vai avanti a', 'Quanto sono chiare', 'Mappa del sito']) assert(!output.includes(frame), `"${frame}" is on paper`);
  await closePage(page);
}

export const checks = [
  ['a receipt takes one sheet', receiptOnOneSheet],
  ['the process takes at most 5 sheets', prints(process2014, 5)],
  ['the notice takes at most 8 sheets', prints(`${process2014}/documenti/avviso.html`, 8)],
  ['the calendar takes at most 3 sheets', prints(`${process2014}/documenti/calendario.html`, 3)],
  ['the blank sheet takes at most 2 sheets', prints(`${process2014}/documenti/scheda-adesione.html`, 2)],
  ['the notice is complete on paper', noticeComplete],
];
