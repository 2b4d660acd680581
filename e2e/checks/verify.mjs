// A receipt is verified on the site and without it: pasted, uploaded, downloaded, altered.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { closePage, press, says } from '../lib/browser.mjs';
import { body } from '../lib/people.mjs';
import { download, keyOf, verifyTwice } from '../lib/receipts.mjs';
import { Visitor } from '../lib/visitor.mjs';

/** A new adhesion and its two files. */
async function adhesion(world) {
  const v = await new Visitor(world.base).adhere(body('fondazione', 'Fondazione Opera Tramontalba', ['violenza']));
  const mine = v.own();
  return { mine, receipt: await download(world.demo, mine, 'ricevuta.json'), proof: await download(world.demo, mine, 'ricevuta.tlog-proof') };
}

/** The file with one character of what the person wrote changed. */
function altered(file) {
  const text = readFileSync(file, 'utf8');
  const other = text.replace('Tramontalba', 'Tramontalbo');
  assert.notEqual(other, text, 'there is something to change');
  const name = file.replace(/ricevuta/, 'alterata');
  writeFileSync(name, other);
  return name;
}

/** Sends the form and gives the heading of the answer. */
async function verdict(page) {
  await press(page, 'main form button');
  return (await page.locator('#esito-titolo').innerText()).trim();
}

const onTheSite = (js) => async (world) => {
  const { receipt, proof } = await adhesion(world);
  const page = await world.open({ js });
  for (const file of [receipt, proof]) {
    await page.goto('/lecce/verifica');
    await page.fill('#testo', readFileSync(file, 'utf8'));
    assert.equal(await verdict(page), 'La ricevuta è valida', `${file}, pasted`);
    await says(page, 'Codice di controllo', 'dal sito');
    await page.goto('/lecce/verifica');
    await page.setInputFiles('#file', file);
    assert.equal(await verdict(page), 'La ricevuta è valida', `${file}, uploaded`);
  }
  await page.goto('/lecce/verifica');
  await page.setInputFiles('#file', altered(receipt));
  assert.equal(await verdict(page), 'La ricevuta non è valida', 'one changed character');
  await closePage(page);
};

async function withoutTheSite({ demo, ...world }) {
  const { receipt, proof } = await adhesion({ demo, ...world });
  const key = await keyOf(demo);
  for (const file of [receipt, proof]) await verifyTwice(demo, key, file, 0);
  await verifyTwice(demo, key, altered(receipt), 1);
}

/** The public page and the proof that it gives hold nothing personal. */
async function public_(world) {
  const { mine } = await adhesion(world);
  const v = await new Visitor(world.base).open(`/lecce/ricevuta/${mine.split('/')[3]}`);
  v.says(200, 'Codice di controllo');
  const proof = await new Visitor(world.base).open(v.link(/\/prova$/));
  for (const [where, text] of [['page', v.html], ['proof', proof.html]]) {
    for (const secret of ['Tramontalba', 'Anna Perrone', '0832 000000', '.example"']) assert(!text.includes(secret), `the public ${where} says "${secret}"`);
  }
}

export const checks = [
  ['pasted, uploaded and altered, JavaScript on', onTheSite(true)],
  ['pasted, uploaded and altered, JavaScript off', onTheSite(false)],
  ['downloaded, with both verifiers', withoutTheSite],
  ['the public receipt holds nothing personal', public_],
];
