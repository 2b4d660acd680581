// slowhttptest: headers that never end, bodies that trickle, ranges without number.
// While it holds its connections a visitor of ours opens a page again and again.
import { readFileSync } from 'node:fs';
import { whole } from './judge.mjs';

const lasts = 14; // seconds each way
const ways = { H: 'slow headers', B: 'slow body', R: 'ranges' };
const patience = 3000; // ms for an answer, as the judge's own probe has (-p)

export const judge = {
  name: 'slowhttptest',
  flaw: /^slow headers: no answer/,
  planted: (world) => `${world.flawed}/saluto`,
  real: (world) => `${world.base}/lecce/parere`,
  async look(world, address) {
    const found = [];
    for (const [way, words] of Object.entries(ways)) {
      const visits = visiting(address);
      const report = `${world.dir}/slow-${way}-${found.length}`;
      await whole('slowhttptest', [`-${way}`, '-c', '400', '-r', '200', '-i', '2', '-x', '24', '-s', '8192', '-p', '3', '-l', String(lasts), '-u', address, '-g', '-o', report], { seconds: lasts + 30 });
      const { answered, missed } = await visits.end();
      const seconds = rows(readFileSync(`${report}.csv`, 'utf8'));
      const shut = seconds.filter((s) => s.available === 0).length;
      const most = Math.max(...seconds.map((s) => s.connected));
      world.say(`${words}: up to ${most} connections held, ${seconds.at(-1).closed} closed by the server; ${answered} visits answered, ${missed} not`);
      if (shut > 0) found.push(`${words}: no answer for ${shut} of ${seconds.length} seconds`);
      if (missed > 0) found.push(`${words}: ${missed} visitors among them had no answer in ${patience} ms`);
    }
    return found;
  },
};

/** The judge's table: a line a second. */
function rows(csv) {
  const lines = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
  if (lines.length === 0) throw new Error('slowhttptest wrote no line');
  return lines.map(([second, closed, pending, connected, available]) => ({ second, closed, pending, connected, available }));
}

/** Opens a page again and again until it is ended. */
function visiting(address) {
  let going = true;
  let answered = 0;
  let missed = 0;
  const done = (async () => {
    while (going) {
      await fetch(address, { signal: AbortSignal.timeout(patience), headers: { connection: 'close' } }).then((r) => r.arrayBuffer()).then(() => answered++, () => missed++);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return { end: async () => { going = false; await done; return { answered, missed }; } };
}
