// axe-core on every kind of page, at the width of a telephone: the check that "make test" makes,
// held to a page that many cannot use.
import assert from 'node:assert/strict';
import { violations } from '../../e2e/checks/axe.mjs';
import { narrow, openPage } from '../../e2e/lib/browser.mjs';
import { kindsOf } from '../../e2e/lib/kinds.mjs';

const office = '/ufficio/lecce/percorsi/2014-2016';

/** Pages behind a door, with the role that opens it. */
const inside = { headOfOffice: ['/mio', '/ufficio/lecce', office, `${office}/adesioni`, `${office}/doppioni`, `${office}/elenchi`, `${office}/avviso`, '/ufficio/lecce/persone', '/ufficio/lecce/sportello', '/ufficio/lecce/enti'],
  auditor: ['/ufficio/lecce/registro', '/ufficio/lecce/registro/accessi', '/ufficio/lecce/registro/atti'], delegate: ['/mio', '/mio/dati'] };

export const judge = {
  name: 'axe',
  flaw: /image-alt on img/,
  planted: (world) => ({ base: world.flawed, pages: [['inaccessibile', (page) => page.goto('/inaccessibile')]] }),
  real: async (world) => ({ base: world.base, pages: [...(await kindsOf(world)), ...doors()] }),
  async look(world, { base, pages }) {
    const found = [];
    const page = await openPage(world.browser, base, { viewport: narrow });
    for (const [name, open] of pages) {
      await open(page);
      found.push(...(await violations(page)).map((v) => `${name}: ${v}`));
    }
    world.say(`${pages.length} pages`);
    await page.context().close();
    return found;
  },
};

/** Each page behind a door as [name, open(page)]; the first of a role enters as it. */
function doors() {
  return Object.entries(inside).flatMap(([role, addresses]) => addresses.map((address, i) => [`${role} ${address}`, async (page) => {
    if (i === 0) await enter(page, role);
    page.allowed = new Set();
    const answer = await page.goto(address);
    assert.equal(answer.status(), 200, address);
  }]));
}

async function enter(page, role) {
  await page.goto('/demo/ruolo');
  await Promise.all([page.waitForEvent('load'), page.click(`main button[value=${role}]`)]);
}
