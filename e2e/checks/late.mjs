// After the deadline. The clock goes forward alone, so this comes last.
import assert from 'node:assert/strict';
import { closePage, narrow, says, wide } from '../lib/browser.mjs';
import { process2014 } from '../lib/demo.mjs';
import { body } from '../lib/people.mjs';
import { adhere, begin, fillIn, mailTo, own, send } from '../lib/sheet.mjs';
import { Visitor } from '../lib/visitor.mjs';
import { violations } from './axe.mjs';

const plenary = ['martedì 22 ottobre 2013', 'la presenza vale come adesione'];

/** A draft that was at its last click when the deadline passed, and someone who comes just after. */
async function latecomers(world) {
  const prompt = await world.open();
  const begun = body('parrocchia', 'Parrocchia Santa Brigida', ['poverta']);
  await begin(prompt);
  await fillIn(prompt, begun);
  const early = await new Visitor(world.base).adhere(body('scuola', 'Liceo Terzo Uliveto'));

  await world.demo.move('2013-10-18T12:00:00.001+02:00');
  await send(prompt);
  await says(prompt, 'Scheda registrata, fuori termine', 'è agli atti e non va persa', ...plenary);
  await closePage(prompt);

  for (const js of [true, false]) {
    const page = await world.open({ js });
    await page.goto(`${process2014}/adesione`);
    await says(page, 'Il termine è scaduto venerdì 18 ottobre 2013 alle 12:00.', 'Il modulo resta aperto', 'fuori termine', '22 ottobre 2013');
    const answers = body('odv', 'Associazione Passi Lenti', ['violenza']);
    await adhere(page, answers);
    await says(page, 'Scheda registrata, fuori termine', 'fuori termine, in ritardo di', ...plenary);
    const mine = await own(page);
    await mailTo(page, answers.chi['recapito-email']);
    await says(page, 'fuori termine', 'La scheda è arrivata dopo il termine');
    await page.goto(mine);
    await says(page, 'fuori termine', ...plenary);
    await closePage(page);
  }

  const v = await new Visitor(world.base).open(early.own());
  v.says(200, 'per ritirare l’adesione rivolgiti allo sportello');
}

/** What the deadline changes on the pages is as accessible as it was. */
async function accessible(world) {
  const page = await world.open();
  for (const address of ['/lecce/', process2014, `${process2014}/adesione`]) {
    await page.goto(address);
    for (const viewport of [wide, narrow]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await violations(page), [], `${address} at ${viewport.width} px`);
    }
  }
  await closePage(page);
}

export const checks = [
  ['a latecomer is recorded as late and sent to the plenary, JavaScript on and off', latecomers],
  ['the pages after the deadline have no violation', accessible],
];
