// On the day on which adhesions close, the figures of the dashboard renew themselves:
// the page is asked for again and its marked parts take the place of the old ones.
// Nothing else moves: what is open stays open, and the focus stays where it is.
const every = 60_000;

/** Puts the new form of a part in the place of the old one. */
function exchange(old, fresh) {
  const all = (part) => [...part.querySelectorAll('a, summary, [tabindex]')];
  const held = all(old).indexOf(document.activeElement);
  const open = [...old.querySelectorAll('details')].map((d) => d.open);
  fresh.querySelectorAll('details').forEach((d, i) => (d.open = open[i] ?? false));
  old.replaceWith(fresh);
  if (held >= 0) all(fresh)[held]?.focus({ preventScroll: true });
}

/** Renews the page; served is told the hour at which the server answered. */
async function renew(served) {
  const answer = await fetch(location.href, { redirect: 'error', headers: { accept: 'text/html' } });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  served(page.body.dataset.now);
  for (const old of document.querySelectorAll('[data-renew]')) {
    const fresh = page.getElementById(old.id);
    if (fresh) exchange(old, fresh);
  }
  return Boolean(page.querySelector('[data-live]'));
}

/** Renews a live page every minute while somebody sees it, and a second after the countdown ran out. */
export function keepLive(served, now) {
  if (!document.querySelector('[data-live]')) return;
  const next = () => {
    const left = [...document.querySelectorAll('[data-live] time[data-countdown]')].map((t) => Date.parse(t.dateTime) - now() + 1_000);
    setTimeout(turn, Math.min(every, ...left.filter((ms) => ms > 0)));
  };
  const turn = async () => {
    const live = document.hidden || (await renew(served).catch(() => true));
    if (live) next();
  };
  next();
}
