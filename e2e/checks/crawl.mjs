// Every page that links lead to, in Italian and in English.
import assert from 'node:assert/strict';
import { closePage } from '../lib/browser.mjs';
import { crawl } from '../lib/crawl.mjs';

const workers = 2;

/** Words that no English sentence has: one of them is text of the interface that was left in Italian. */
const italian = new RegExp(`(?<![\\p{L}’'.-])(${['il', 'gli', 'della', 'delle', 'degli', 'che', 'con', 'non', 'per', 'alle', 'da', 'si', 'sono', 'questa', 'questo', 'puoi', 'nella', 'ogni',
  'giorni', 'ore', 'dove', 'orari', 'aperto', 'chiuso', 'apre', 'scarica', 'vai', 'scheda', 'ricevuta', 'percorso', 'incontri', 'termine', 'tutti'].join('|')})(?![\\p{L}’.-])`, 'iu');

/** What the page says in its own language, piece by piece; the moments of the demo's clock bear the names of the definition. */
const pieces = (page) => page.evaluate(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { parentElement: e, data } = walker.currentNode;
    if (data.trim() && !e.closest('[lang=it], script, noscript, .ps-demo select')) found.push(data.trim().replace(/\s+/g, ' '));
  }
  return found;
});

/** What a page lacks, by its address. */
async function faults(page, address) {
  const { lang, title, heads, nodes } = await page.evaluate(() => ({ lang: document.documentElement.lang, title: document.title,
    heads: document.querySelectorAll('h1').length, nodes: document.querySelectorAll('*').length }));
  const english = /^\/en(\/|$)/.test(address);
  const left = english ? (await pieces(page)).filter((text) => italian.test(text)) : [];
  return [
    lang === (english ? 'en' : 'it') || `the language is said to be "${lang}"`,
    title.length > 5 || 'no title',
    heads === 1 || `${heads} first headings`,
    nodes <= 1500 || `${nodes} nodes`,
    ...left.map((text) => `left in Italian: "${text.slice(0, 80)}"`),
  ].filter((f) => f !== true);
}

/** Whether an address gives a page; files are only asked for. */
async function isPage(base, path) {
  const answer = await fetch(new URL(path, base));
  await answer.arrayBuffer();
  return { status: answer.status, html: /^text\/html/.test(answer.headers.get('content-type') ?? '') };
}

async function everyPage(world) {
  const pages = await Promise.all(Array.from({ length: workers }, () => world.open()));
  const wrong = new Map(); // what is wrong, and where it was seen first
  const found = await crawl(world.base, ['/', '/en/'], async (path, n) => {
    const { status, html } = await isPage(world.base, path);
    if (status !== 200) wrong.set(`status ${status} of ${path}`, path);
    if (!html || status !== 200) return '';
    await pages[n].goto(path);
    for (const fault of await faults(pages[n], path)) if (!wrong.has(fault)) wrong.set(fault, path);
    return pages[n].content();
  }, workers);
  for (const page of pages) await closePage(page);
  assert(found.length > 100, `only ${found.length} pages were found`);
  assert(found.some((p) => p.startsWith('/en/lecce/percorsi/')), 'English pages were found');
  assert(wrong.size === 0, `${wrong.size} kinds of faults on ${found.length} pages\n${[...wrong].map(([fault, path]) => `${path}: ${fault}`).join('\n')}`);
}

export const checks = [['every page that links lead to is whole, quiet, in its language and not too large', everyPage]];
