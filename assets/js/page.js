// Small comforts. Every page works without this file.
import './receipt.js';
import { keepLive } from './dashboard.js';

/** The summary of errors takes the focus when a page arrives with one. */
function focusErrors() {
  document.querySelector('.ps-errors')?.focus();
}

/** Seconds by which the server's clock is ahead of this device's. */
let lead = 0;
function setClock(served) {
  const at = Date.parse(served ?? '');
  lead = Number.isNaN(at) ? 0 : at - Date.now();
}
setClock(document.body.dataset.now);

/** Asks for the page again at the minute when a countdown has run out. */
function watchDeadlines() {
  const now = Date.now() + lead;
  for (const t of document.querySelectorAll('time[data-countdown]')) {
    const left = Date.parse(t.dateTime) - now;
    if (left > 0) {
      t.textContent = inWords(left);
    } else if (!t.dataset.over) {
      t.dataset.over = 'true';
      t.textContent = document.body.dataset.over ?? t.textContent;
    }
  }
}

/** A length of time as the server writes it: the two units that matter, cut down. */
function inWords(milliseconds) {
  const words = JSON.parse(document.body.dataset.units ?? '[]');
  if (words.length === 0) return '';
  const [days, hours, minutes, and, under] = words;
  const all = Math.floor(milliseconds / 60_000);
  const d = Math.floor(all / 1440), h = Math.floor((all % 1440) / 60), m = all % 60;
  const parts = [[d, days], [h, hours], [d > 0 ? 0 : m, minutes]].filter(([n]) => n > 0);
  return parts.map(([n, [one, many]]) => `${n} ${n === 1 ? one : many}`).join(and) || under;
}

document.addEventListener('DOMContentLoaded', focusErrors);
document.addEventListener('htmx:after:swap', focusErrors);
document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-print]')) window.print();
});
setInterval(watchDeadlines, 30_000);
keepLive(setClock, () => Date.now() + lead);
