// axe-core on every kind of page, wide and narrow: no known pattern of inaccessible markup.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { narrow, wide } from '../lib/browser.mjs';
import { eachKind } from '../lib/kinds.mjs';

/** What axe-core finds on the page that is open. */
const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function violations(page) {
  await page.evaluate(source);
  const { violations: found, passes } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), tags);
  assert(passes.length > 10, 'axe looked at the page');
  return found.map((v) => `${v.id} on ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}${v.nodes.length > 3 ? ` and ${v.nodes.length - 3} more` : ''}`);
}

export const checks = [['no violation on any kind of page, at 1440 and 390 px', (world) => eachKind(world, wide, async (page) => {
  const wrong = [];
  for (const viewport of [wide, narrow]) {
    await page.setViewportSize(viewport);
    for (const v of await violations(page)) wrong.push(`at ${viewport.width} px ${v}`);
  }
  return wrong;
})]];
