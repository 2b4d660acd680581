// One page of every kind that the site has, each with the way to it, for the checks
// that look at all of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { download } from './receipts.mjs';
import { body } from './people.mjs';
import { closePage, press } from './browser.mjs';
import { fill, next } from './sheet.mjs';
import { process2014 as process } from './demo.mjs';
import { Visitor } from './visitor.mjs';

/** Pages that an address is enough for. */
const addresses = {
  home: '/lecce/', percorso: process, calendario: `${process}/calendario`, 'calendario senza incontri': `${process}/calendario?chi=aperti&fase=1`,
  incontro: `${process}/incontri/plenaria`, 'incontro senza data': `${process}/incontri/conferenza-servizi`, tavoli: `${process}/tavoli`, tavolo: `${process}/tavoli/1`,
  documenti: `${process}/documenti`, avviso: `${process}/documenti/avviso.html`, 'scheda in bianco': `${process}/documenti/scheda-adesione.html`,
  'foglio del calendario': `${process}/documenti/calendario.html`, definizione: `${process}/definizione`, interpretazioni: `${process}/interpretazioni`,
  adesione: `${process}/adesione`, sportello: '/lecce/sportello', privacy: '/lecce/privacy', 'note legali': '/lecce/note-legali', accessibilità: '/lecce/accessibilita',
  mappa: '/lecce/mappa', domande: '/lecce/faq', parere: '/lecce/parere?voto=2&pagina=/lecce/', registro: '/lecce/registro/', verifica: '/lecce/verifica', posta: '/demo/posta',
  'percorso in inglese': `/en${process}`, 'adesione in inglese': `/en${process}/adesione`,
};

/** How many pages are looked at at a time: as many as the smallest machine has processors. */
const workers = 2;

/**
 * Opens a page of every kind and looks at it: look(page, name) gives what is wrong.
 * All that is wrong on all of them is told at once.
 */
export async function eachKind(world, viewport, look) {
  const left = [...(await kindsOf(world))];
  const wrong = [];
  await Promise.all(Array.from({ length: workers }, async () => {
    const page = await world.open({ viewport });
    for (let next; (next = left.shift()); ) {
      const [name, open] = next;
      await page.setViewportSize(viewport);
      await open(page);
      wrong.push(...(await look(page, name)).map((what) => `${name}: ${what}`));
    }
    await closePage(page);
  }));
  assert(wrong.length === 0, `${wrong.length} wrong\n${wrong.join('\n')}`);
}

/** The kinds of pages as [name, open(page)], with what has to exist before they can be opened. */
export async function kindsOf(world) {
  world.kinds ??= await prepare(world.demo);
  return world.kinds;
}

/** An adhesion, a draft and a receipt are needed; the status is what a page must answer with. */
async function prepare(demo) {
  const adherent = body('aps', 'Circolo degli Aquiloni', ['accoglienza', 'violenza']);
  const holder = await new Visitor(demo.base).adhere(adherent);
  const mine = holder.own();
  const code = mine.split('/')[3];
  const mail = await holder.mailTo(adherent.chi['recapito-email']);
  const confirmation = mail.link(/\/conferma\//);
  const draft = await new Visitor(demo.base).prepare(body('odv', 'Associazione Il Faro', ['poverta']));
  const steps = draft.at.replace(/\/riepilogo$/, '');
  const file = await download(demo, mine, 'ricevuta.json', 'kinds');

  const go = (address) => (page) => page.goto(address);
  return [
    ...Object.entries(addresses).map(([name, address]) => [name, go(address), 200]),
    ['messaggio', go(mail.at), 200],
    ['passo chi', go(`${steps}/chi`), 200],
    ['passo con errori', (page) => stepWithErrors(page, `${steps}/chi`), 422],
    ['passo referente', go(`${steps}/referente`), 200],
    ['passo tavoli', go(`${steps}/tavoli`), 200],
    ['riepilogo', go(`${steps}/riepilogo`), 200],
    ['riepilogo con errori', (page) => summaryWithErrors(page, `${steps}/riepilogo`), 422],
    ['bozza salvata', (page) => savedDraft(page, `${steps}/tavoli`), 200],
    ['bozza che non c’è', go(`${process}/adesione/NONCE`), 404],
    ['ricevuta', (page) => receiptPage(page, demo), 201],
    ['ricevuta pubblica', go(`/lecce/ricevuta/${code}`), 200],
    ['gestione', go(mine), 200],
    ['ritiro', go(`${mine}/ritiro`), 200],
    ['conferma', go(confirmation), 200],
    ['verifica riuscita', (page) => verified(page, readFileSync(file, 'utf8')), 200],
    ['verifica fallita', (page) => verified(page, readFileSync(file, 'utf8').replace('"accoglienza"', '"accoglienzA"')), 200],
    ['verifica di niente', (page) => verified(page, ''), 422],
    ['pagina che non c’è', go('/lecce/niente'), 404],
  ].map(([name, open, status]) => [name, async (page) => {
    page.allowed = new Set([status]);
    const answer = await open(page);
    if (answer) assert.equal(answer.status(), status, `${name}: status`);
    await page.evaluate(() => document.fonts.ready);
  }]);
}

async function stepWithErrors(page, address) {
  await page.goto(address);
  await fill(page, { denominazione: '', 'codice-fiscale': '0123456789', 'recapito-email': 'info.ilfaro.example', 'costituita-il': '31/02/2011' });
  assert.equal(await next(page), 422, 'a step with mistakes');
}

async function summaryWithErrors(page, address) {
  await page.goto(address);
  assert.equal(await next(page), 422, 'without the declaration');
}

async function savedDraft(page, address) {
  await page.goto(address);
  await press(page, 'button[value=bozza]');
}

/** A receipt is the answer to a click: each time that it is shown someone adheres. */
async function receiptPage(page, demo) {
  const v = await new Visitor(demo.base).prepare(body('cooperativa-sociale', 'Cooperativa sociale Il Melograno', ['prima-infanzia', 'genitorialita', 'violenza']));
  await page.goto(v.at);
  await page.locator('form[action$="/invio"] input[type=checkbox]').check();
  assert.equal(await next(page), 201, 'the receipt');
}

async function verified(page, text) {
  await page.goto('/lecce/verifica');
  await page.fill('#testo', text);
  return press(page, 'main form button');
}
