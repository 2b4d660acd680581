// Reads a calendar feed as a calendar program does, with the time zone that the
// feed itself carries (RFC 5545): what a phone will show, and at which instant.
import assert from 'node:assert/strict';

/** The events of a feed: what it calls them, and the instant at which each begins. */
export function eventsOf(feed) {
  const lines = feed.replace(/\r\n[ \t]/g, '').split('\r\n');
  const zone = blocks(lines, 'STANDARD').concat(blocks(lines, 'DAYLIGHT')).map(transition);
  return blocks(lines, 'VEVENT').map((event) => ({ uid: value(event, 'UID'), summary: value(event, 'SUMMARY'), begins: instant(event, zone) }));
}

function blocks(lines, name) {
  const found = [];
  for (const [i, line] of lines.entries()) {
    if (line === `BEGIN:${name}`) found.push(lines.slice(i + 1, lines.indexOf(`END:${name}`, i)));
  }
  return found;
}

const value = (block, name) => block.find((l) => l.startsWith(`${name}:`) || l.startsWith(`${name};`))?.replace(/^[^:]*:/, '');

/** When in a year, by the local clock that ends then, this part of the zone begins, and its offset in minutes. */
function transition(block) {
  const rule = /FREQ=YEARLY;BYMONTH=(\d+);BYDAY=-1SU$/.exec(value(block, 'RRULE'));
  assert(rule, `zone rule ${value(block, 'RRULE')}`);
  return { month: Number(rule[1]), hour: Number(value(block, 'DTSTART').slice(9, 11)), from: minutes(value(block, 'TZOFFSETFROM')), to: minutes(value(block, 'TZOFFSETTO')) };
}

const minutes = (offset) => (offset[0] === '-' ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5)));

/** The beginning as ISO text in UTC; a day without an hour as it stands. */
function instant(event, zone) {
  const [, y, m, d, h, min, s, utc] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(value(event, 'DTSTART')).map((x, i) => (i === 7 ? x : Number(x)));
  if (Number.isNaN(h)) return value(event, 'DTSTART');
  const local = Date.UTC(y, m - 1, d, h, min, s);
  return new Date(local - (utc ? 0 : offsetAt(local, y, zone)) * 60_000).toISOString();
}

/** The offset of the part of the zone that began last before a local time. */
function offsetAt(local, year, zone) {
  const begun = zone.map((z) => {
    const last = new Date(Date.UTC(year, z.month, 0));
    return { ...z, at: Date.UTC(year, z.month - 1, last.getUTCDate() - last.getUTCDay(), z.hour) };
  }).sort((a, b) => a.at - b.at);
  return (begun.filter((z) => z.at <= local).at(-1) ?? begun.at(-1)).to;
}
