// The browser of the checks: Debian's Chromium, or the one that CHROMIUM names.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** Sizes that the pages are judged at. */
export const wide = { width: 1440, height: 900 };
export const narrow = { width: 390, height: 844 };

/** Starts the browser; without one there is nothing to check. */
export async function startBrowser() {
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    console.error(`These checks need Chromium: ${executablePath} is not there; install the package "chromium", or name it in CHROMIUM.`);
    process.exit(1);
  }
  const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--font-render-hinting=none', '--lang=it-IT'];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return chromium.launch({ executablePath, args });
}

/** Opens a page of its own, as a new visitor. What the browser complains about gathers in page.complaints. */
export async function openPage(browser, base, { js = true, viewport = wide } = {}) {
  const context = await browser.newContext({ baseURL: base, javaScriptEnabled: js, viewport, locale: 'it-IT', timezoneId: 'Europe/Rome', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.js = js;
  page.complaints = [];
  page.allowed = new Set(); // statuses beyond 200 that the check expects
  const complain = (text) => page.complaints.push(`${new URL(page.url()).pathname}: ${text}`);
  page.on('console', (m) => {
    const status = /the server responded with a status of (\d+)/.exec(m.text())?.[1];
    if (/error|warning/.test(m.type()) && !page.allowed.has(Number(status))) complain(`${m.type()} in the console: ${m.text()}`);
  });
  page.on('pageerror', (error) => complain(`error in a script: ${error.message}`));
  page.on('dialog', (dialog) => { complain(`a dialog opened: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (r) => { if (/^https?:/.test(r.url()) && !r.url().startsWith(`${base}/`)) complain(`request to another site: ${r.url()}`); });
  return page;
}

/** Closes a page; nothing may have been complained about. */
export async function closePage(page) {
  await page.context().close();
  assert.deepEqual(page.complaints, [], 'complaints of the browser');
}

/** Does what leads to another page, waits until it is there, and gives the first answer. */
export async function follow(page, act) {
  const [answer] = await Promise.all([page.waitForResponse((r) => r.request().isNavigationRequest()), page.waitForEvent('load'), act()]);
  return answer;
}

/** Presses what leads to another page. */
export const press = (page, selector) => follow(page, () => page.click(selector));

/** The page says all of these. */
export async function says(page, ...phrases) {
  const text = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
  for (const phrase of phrases) assert(text.includes(phrase), `${new URL(page.url()).pathname} does not say "${phrase}":\n${text.slice(0, 2000)}`);
}
