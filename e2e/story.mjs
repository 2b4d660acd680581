// Tells the Lecce calendar of 9 to 18 October 2013 through the real program, on a
// simulated clock: over HTTP alone, and at the end an audit of what it left behind.
// One line a step; it stops at the first thing that is not so. A day is a file of story/.
//   node e2e/story.mjs [bin/concerto]
import assert from 'node:assert/strict';
import { startDemo } from './lib/demo.mjs';
import { afternoon } from './story/afternoon.mjs';
import { eve } from './story/eve.mjs';
import { morning } from './story/morning.mjs';
import { opening } from './story/opening.mjs';
import { Telling } from './story/telling.mjs';

process.once('uncaughtException', (error) => {
  console.error(`not so: ${error.message}`);
  process.exit(1);
});

const demo = await startDemo(process.argv[2] ?? 'bin/concerto', '--empty', '--at', '2013-10-09T09:00');
const told = new Telling(demo);
for (const part of [opening, eve, morning, afternoon]) await part(told);

await demo.stop();
const { status, output } = await demo.command('audit', '--data', demo.data);
const acts = /^ok acts=(\d+) /m.exec(output)?.[1];
assert.equal(status, 0, `concerto audit:\n${output}`);
assert.equal(Number(acts), Object.values(told.acts).reduce((sum, n) => sum + n, 0), `acts in the register: ${JSON.stringify(told.acts)}`);
console.log(`ok steps=${told.steps} acts=${acts}`);
