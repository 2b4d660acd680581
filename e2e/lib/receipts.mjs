// Verifies receipts offline, with the program and with the second verifier.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './demo.mjs';

const second = fileURLToPath(new URL('../../verify/verifica.mjs', import.meta.url));

/** The public key of the register, as the site gives it. */
export const keyOf = async (demo) => (await (await fetch(`${demo.base}/lecce/registro/chiave`)).text()).trim();

/** Downloads a file of one's own adhesion to the data directory of the demo. */
export async function download(demo, own, name, label = own.split('/')[3]) {
  const answer = await fetch(`${demo.base}${own}/${name}`);
  assert.equal(answer.status, 200, `${own}/${name}: status`);
  assert.match(answer.headers.get('content-disposition') ?? '', /^attachment/, `${name} is not given as a file`);
  const file = join(demo.data, `${label}-${name}`);
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return file;
}

/** Both verifiers must say the same of a file. */
export async function verifyTwice(demo, key, file, want) {
  for (const [program, ...args] of [[demo.binary, 'verify'], [process.execPath, second]]) {
    const { status, output } = await run(program, [...args, '--key', key, file]);
    assert.equal(status, want, `${[program, ...args].join(' ')} ${file}: status\n${output}`);
  }
}
