// Every kind of page at 320 px, which is a wide screen at 400 % (WCAG 1.4.10), also with
// the text spacing of WCAG 1.4.12; and every target at least 24 px (WCAG 2.5.8).
import { eachKind } from '../lib/kinds.mjs';

const phone = { width: 320, height: 640 };

/** How far the page reaches beyond the screen, and the innermost things that do. */
const overflow = (page) => page.evaluate(() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over <= 0) return [];
  const beyond = [...document.querySelectorAll('body *')].filter((e) => {
    const right = e.getBoundingClientRect().left + Math.max(e.scrollWidth, e.getBoundingClientRect().width);
    return right > innerWidth + 0.5 && !e.closest('.ps-scroll') && getComputedStyle(e).overflowX === 'visible';
  });
  const inner = beyond.filter((e) => !beyond.some((other) => other !== e && e.contains(other)));
  return [`${over} px: ${inner.slice(0, 3).map((e) => `${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 40)}"`).join(', ')}`];
});

/** Gives the text the spacing that people may set. Styles of a script's own are under the same policy as the site's, hence the sheet. */
const spaceOut = (page) => page.evaluate(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}');
  document.adoptedStyleSheets = [sheet];
});

/** Targets smaller than 24 px that are not a word of a sentence, nor kept apart by the space around them. */
const smallTargets = (page) => page.evaluate(() => {
  const boxes = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest('.visually-hidden, .visually-hidden-focusable, .skiplinks'))
    .map((e) => ({ e: e.closest('label') ?? e, inline: e.tagName === 'A' && getComputedStyle(e).display === 'inline' && e.parentElement.textContent.trim().length > e.textContent.trim().length }))
    .map(({ e, inline }) => ({ e, inline, r: e.getBoundingClientRect() }))
    .filter(({ r }) => r.width > 0);
  const apart = (a) => boxes.every((b) => {
    if (b.e === a.e) return true;
    const x = a.r.x + a.r.width / 2, y = a.r.y + a.r.height / 2;
    const dx = Math.max(b.r.left - x, 0, x - b.r.right), dy = Math.max(b.r.top - y, 0, y - b.r.bottom);
    return Math.hypot(dx, dy) >= 12;
  });
  return boxes.filter((b) => !b.inline && (b.r.width < 23.9 || b.r.height < 23.9) && !apart(b))
    .map(({ e, r }) => `${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 30)}" ${Math.round(r.width)}x${Math.round(r.height)}`);
});

export const checks = [['no overflow at 320 px, with and without text spacing; no target under 24 px', (world) => eachKind(world, phone, async (page) => {
  const wrong = (await smallTargets(page)).map((target) => `target ${target}`);
  wrong.push(...(await overflow(page)));
  await spaceOut(page);
  for (const over of await overflow(page)) wrong.push(`with text spacing ${over}`);
  return wrong;
})]];
