// Checks the built program in a real browser, one line a check.
//   node e2e/run.mjs [bin/concerto] [WORD]     with WORD only the checks whose name contains it
import { startBrowser, openPage } from './lib/browser.mjs';
import { startDemo } from './lib/demo.mjs';

const [binary = 'bin/concerto', only = ''] = process.argv.slice(2);

// Their order matters: the clock goes forward alone, so what must be in time comes before what is late.
const files = ['journeys', 'verify', 'keyboard', 'axe', 'reflow', 'print', 'bytes', 'crawl', 'canary', 'late', 'office'];

process.once('uncaughtException', (error) => {
  console.error(error.message);
  process.exit(1);
});

const browser = await startBrowser();
const demo = await startDemo(binary);
const world = { browser, demo, base: demo.base, open: (options) => openPage(browser, demo.base, options) };

/** The longest that one check may take. */
const patience = 180_000;

async function outcome(check) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('not done in time')), patience)));
  try {
    await Promise.race([check(world), late]);
    return '';
  } catch (error) {
    return error.message || String(error);
  } finally {
    clearTimeout(timer);
  }
}

let passed = 0;
let failed = 0;
for (const file of files) {
  const { checks } = await import(`./checks/${file}.mjs`);
  for (const [name, check] of checks) {
    if (!`${file}: ${name}`.includes(only)) continue;
    const began = performance.now();
    const reason = await outcome(check);
    const line = `${file}: ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`;
    if (reason) failed++; else passed++;
    console.log(reason ? `FAILED ${line}\n       ${reason.replaceAll('\n', '\n       ')}` : `ok     ${line}`);
  }
}
await browser.close();
await demo.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
