// Takes a picture of every kind of page, wide and narrow, with JavaScript on and off.
//   node e2e/shots.mjs DIR [bin/concerto]     all of them, to DIR
//   node e2e/shots.mjs --readme [bin/concerto]     the one of the README, to doc/img/percorso.png
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { narrow, openPage, startBrowser, wide } from './lib/browser.mjs';
import { process2014, startDemo } from './lib/demo.mjs';
import { kindsOf } from './lib/kinds.mjs';

const [where, binary = 'bin/concerto'] = process.argv.slice(2);
if (!where) {
  console.error('node e2e/shots.mjs DIR [bin/concerto], or --readme in place of DIR');
  process.exit(2);
}

const browser = await startBrowser();
const demo = await startDemo(binary);
if (where === '--readme') await readme();
else await everyKind(where);
await browser.close();
await demo.stop();

/** What the README shows: the top of the process page, as a newcomer finds it. */
async function readme() {
  const dir = fileURLToPath(new URL('../doc/img/', import.meta.url));
  mkdirSync(dir, { recursive: true });
  const page = await openPage(browser, demo.base, { viewport: { width: 1280, height: 1120 } });
  await page.goto(process2014);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(dir, 'percorso.png') });
  console.log(join(dir, 'percorso.png'));
}

async function everyKind(dir) {
  mkdirSync(dir, { recursive: true });
  const kinds = await kindsOf({ demo });
  for (const js of [true, false]) {
    for (const viewport of [wide, narrow]) {
      for (const [name, open] of kinds) {
        const page = await openPage(browser, demo.base, { js, viewport });
        await open(page);
        const file = `${name.replaceAll(' ', '-')}-${viewport.width}${js ? '' : '-senza-script'}.png`;
        await page.screenshot({ path: join(dir, file), fullPage: true });
        if (page.complaints.length > 0) console.log(`${file}: ${page.complaints.join('; ')}`);
        await page.context().close();
      }
    }
  }
  console.log(`${kinds.length * 4} pictures in ${dir}`);
}
