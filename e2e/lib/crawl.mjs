// Finds every page that links lead to.
import { linksOf } from './html.mjs';

/** How many pages of one shape are looked at, where there is one for each message, sheet or choice of filters. */
const sample = 6;
const most = 500;

/** The shape of an address: codes, keys and tokens count as one. */
const shape = (path) => path.split('/').map((s) => (/^[\w-]{20,}$/.test(s) ? '*' : s)).join('/');

/**
 * Visits what can be reached from the given addresses. visit(address) gives the HTML of
 * the page, or nothing where there are no links to follow; a few go on at a time.
 * Gives the addresses, in the order in which they were found.
 */
export async function crawl(base, from, visit, workers = 2) {
  const found = new Set();
  const perShape = new Map();
  const left = [];
  const find = (address) => {
    const url = new URL(address, base);
    const path = url.pathname + url.search;
    if (url.origin !== base || found.has(path) || found.size >= most) return;
    const s = shape(url.pathname) + (url.search && '?');
    const n = perShape.get(s) ?? 0;
    if (/[*?]/.test(s) && n >= sample) return;
    perShape.set(s, n + 1);
    found.add(path);
    left.push(path);
  };
  from.forEach(find);
  let busy = 0;
  const work = async (visitor) => {
    while (left.length > 0 || busy > 0) {
      const path = left.shift();
      if (path === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      busy++;
      try {
        const html = await visit(path, visitor);
        for (const { href } of linksOf(html ?? '')) find(new URL(href, new URL(path, base)));
      } finally {
        busy--;
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, n) => work(n)));
  return [...found];
}
