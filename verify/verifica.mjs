#!/usr/bin/env node
// Second verifier of receipts, for whoever does not want to trust the first one. It needs Node.js 20 and nothing else,
// makes no connection, and shares no code with the server: it was written from the formats (RFC 6962, RFC 8785, C2SP
// signed-note, tlog-checkpoint and tlog-proof, and the leaf "pdz-atto/1").
//
//   node verifica.mjs [--key KEY|FILE]… FILE…     judges ricevuta.json and *.tlog-proof; prints Italian
//   node verifica.mjs [--key KEY|FILE]… --each    one line "code TAB reason TAB name" for each file, or, without
//                                                 files, for each line of standard input, which is a file in base64
// Exit status: 0 valid, 1 not valid, 2 not readable, 3 holds together but no trusted key of that log was given.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

class Refusal extends Error { constructor(code, reason, text) { super(text); Object.assign(this, { code, reason }); } }
const readable = (ok, text) => { if (!ok) throw new Refusal(2, 'format', text); };
const holds = (ok, reason, text) => { if (!ok) throw new Refusal(1, reason, text); };

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const NAME = /^[!-*,-~]{1,200}$/;                      // printable ASCII without space and plus
const VIA = 'web pec email fax sportello presenza ufficio sistema'.split(' ');
const KIND = ('avviso rettifica adesione presenza proposta modifica ritiro valutazione esito patto firma nomina verbale '
  + 'protocollo delibera chiusura cancellazione chiave orologio epoca conferma riscontro mandato fusione elenco quesito risposta').split(' ');
const FIELDS = 'log n t tr tf via proc tipo rif prec reg corpo alleg autore'.split(' ');

function utf8(bytes) {
  try { return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes); } catch { readable(false, 'non è testo UTF-8'); }
}
function base64(s, size) {                              // one spelling only: decoding and encoding again gives the same
  const b = Buffer.from(s, 'base64');
  readable(b.toString('base64') === s && (size === undefined || b.length === size), 'base64 non canonico o di lunghezza sbagliata');
  return b;
}
function decimal(s) {
  readable(/^(0|[1-9][0-9]{0,15})$/.test(s) && Number.isSafeInteger(Number(s)), `"${s}" non è un numero canonico`);
  return Number(s);
}
const isInstant = s => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(s) && s >= '1970' && !isNaN(Date.parse(s)) && new Date(s).toISOString() === s;
const isHash = s => { const b = base64(s, 32); return b.some(x => x !== 0); };

// canonical writes a parsed JSON value as RFC 8785 does; members sort by UTF-16 units, as JavaScript compares strings.
function canonical(v) {
  if (Array.isArray(v)) return `[${v.map(canonical).join(',')}]`;
  if (v === null || typeof v !== 'object') return JSON.stringify(v);
  return `{${Object.keys(v).sort().map(k => `${JSON.stringify(k)}:${canonical(v[k])}`).join(',')}}`;
}
function canonicalJSON(text, what) {
  let v, again;
  try { v = JSON.parse(text); again = canonical(v); } catch { readable(false, `${what}: non è JSON`); }
  // A lone surrogate has no UTF-8, so RFC 8785 refuses it; JSON.stringify would write it back as an escape.
  readable(again === text && !/\\ud[89a-f]/.test(text.replaceAll('\\\\', '')), `${what}: JSON non in forma canonica`);
  return v;
}

export function parseLeaf(bytes) {
  readable(bytes.length <= 1024, 'atto troppo lungo');
  const lines = utf8(bytes).split('\n'), leaf = {};
  readable(lines[0] === 'pdz-atto/1' && lines.length === FIELDS.length + 2 && lines.at(-1) === '', 'atto senza la sua forma');
  FIELDS.forEach((f, i) => { readable(lines[i + 1].startsWith(f + ' '), `atto: manca ${f}`); leaf[f] = lines[i + 1].slice(f.length + 1); });
  const [count, files, ...more] = leaf.alleg.split(' ');
  const rules = { log: NAME.test(leaf.log), t: isInstant(leaf.t), tr: isInstant(leaf.tr), tf: leaf.tf === '-' || isInstant(leaf.tf),
    via: VIA.includes(leaf.via), proc: /^[a-z0-9-]{1,40}$/.test(leaf.proc), tipo: KIND.includes(leaf.tipo),
    rif: /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(leaf.rif), prec: leaf.prec === '-' || isHash(leaf.prec), reg: isHash(leaf.reg),
    corpo: leaf.corpo === '-' || isHash(leaf.corpo), autore: isHash(leaf.autore),
    alleg: more.length === 0 && files !== undefined && (decimal(count) === 0 ? files === '-' : isHash(files)) };
  for (const [f, ok] of Object.entries(rules)) readable(ok, `atto: ${f} non ammesso`);
  return Object.assign(leaf, { n: decimal(leaf.n), fileCount: decimal(count), files });
}

function parseCheckpoint(note) {
  const cut = note.indexOf('\n\n'), lines = note.slice(0, cut).split('\n'), end = note.slice(cut + 2).split('\n');
  readable(cut > 0 && lines.length === 3 && end.length > 1 && end.pop() === '' && Buffer.byteLength(note) <= 65536, 'impronta senza la sua forma');
  const [origin, size, root] = [lines[0], decimal(lines[1]), base64(lines[2], 32)];
  readable(NAME.test(origin) && (size > 0 || root.equals(sha256())), 'impronta: registro o radice non ammessi');
  const signatures = end.map(l => {
    const m = /^— ([^ ]+) ([^ ]+)$/.exec(l), raw = m && base64(m[2]);
    readable(m && NAME.test(m[1]) && raw.length > 4, 'firma senza la sua forma');
    return { name: m[1], hash: raw.subarray(0, 4), bytes: raw.subarray(4) };
  });
  return { origin, size, root, signatures, text: Buffer.from(note.slice(0, cut + 1)) };
}

export function parseKey(text) {
  const m = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text), raw = m && base64(m[3], 33);
  readable(m && NAME.test(m[1]) && raw[0] === 1, 'chiave senza la sua forma');
  const hash = sha256(m[1] + '\n', raw).subarray(0, 4);
  readable(hash.toString('hex') === m[2], 'chiave: impronta sbagliata');
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw.subarray(1)]);
  return { text, name: m[1], hash, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}
function signedBy(cp, key) {                            // the first line of that key decides; the others are passed over
  const s = key.name === cp.origin && cp.signatures.find(x => x.name === key.name && x.hash.equals(key.hash));
  return Boolean(s) && verifySignature(null, cp.text, key.key, s.bytes);
}

function parseProof(text) {
  const cut = text.indexOf('\n\n'), [head, extra = '', index = '', ...path] = text.slice(0, cut).split('\n');
  readable(cut > 0 && head === 'c2sp.org/tlog-proof@v1' && extra.startsWith('extra ') && index.startsWith('index ') && path.length <= 53, 'prova senza la sua forma');
  const leaf = base64(extra.slice(6));
  readable(leaf.length > 0 && leaf.length <= 1024, 'prova senza atto');
  return { leaf, index: decimal(index.slice(6)), path: path.map(h => base64(h, 32)), checkpoint: parseCheckpoint(text.slice(cut + 2)) };
}

// rootOf climbs from the leaf to the root (RFC 9162 §2.1.3.2); null if the path has not the right length.
// Arithmetic instead of bit operators, because those stop at 32 bits.
function rootOf({ leaf, index, path, checkpoint: { size } }) {
  if (index >= size) return null;
  let [at, last, hash] = [index, size - 1, sha256('\0', leaf)];
  const up = () => { at = Math.floor(at / 2); last = Math.floor(last / 2); };
  for (const sibling of path) {
    if (last === 0) return null;
    const left = at % 2 === 1 || at === last;
    hash = left ? sha256('\x01', sibling, hash) : sha256('\x01', hash, sibling);
    if (left) while (at % 2 === 0 && at > 0) up();
    up();
  }
  return last === 0 ? hash : null;
}

function parseReceipt(text) {
  const shape = { author: '', body: '', files: '', format: '', key: '', proof: '', salts: { author: '', body: '', files: '' } };
  const sameShape = (a, b) => typeof a === typeof b && (typeof a === 'string'
    || (a !== null && Object.keys(a).join() === Object.keys(b).join() && Object.keys(b).every(k => sameShape(a[k], b[k]))));
  const r = canonicalJSON(text, 'ricevuta');
  readable(sameShape(r, shape) && r.format === 'concerto-ricevuta/1', 'ricevuta senza la sua forma');
  if (r.body !== '') canonicalJSON(r.body, 'atto');
  canonicalJSON(r.author, 'autore');
  const lines = r.files.split('\n');
  readable(lines.pop() === '', 'elenco degli allegati non finito');
  for (const l of lines) {
    const m = /^[0-9a-f]{64} (\d+) [!-~]+ [^\p{Cc}]+$/u.exec(l);
    readable(m, 'elenco degli allegati senza la sua forma');
    decimal(m[1]);
  }
  for (const f of ['body', 'files', 'author']) r[f] === '' ? readable(r.salts[f] === '', `${f}: sale di troppo`) : base64(r.salts[f], 32);
  return Object.assign(r, { fileCount: lines.length, key: parseKey(r.key), proof: parseProof(r.proof) });
}
const commitment = (field, salt, data) => data === '' ? '-'
  : sha256('pdz-impegno/1\n', field, '\n', Buffer.from(salt, 'base64'), sha256(data)).toString('base64');

// judge returns { code, reason, text, leaf } for the bytes of one file and the trusted keys.
export function judge(bytes, trusted = []) {
  try {
    readable(bytes.length <= 1 << 20, 'file troppo grande');
    const text = utf8(bytes), receipt = text.startsWith('{') ? parseReceipt(text) : null;
    const proof = receipt ? receipt.proof : parseProof(text), cp = proof.checkpoint, known = receipt ? [receipt.key] : trusted;
    const leaf = parseLeaf(proof.leaf), ours = trusted.some(k => k.name === cp.origin);
    if (receipt) readable(cp.signatures.length === 1, 'ricevuta con più di una firma');
    else holds(ours, 'no-key', `nessuna chiave del registro ${cp.origin} è conosciuta: indicarla con --key`);
    holds(known.some(k => signedBy(cp, k)), 'signature', `la firma sull'impronta del registro ${cp.origin} non è buona`);
    holds(leaf.log === cp.origin, 'origin', `l'atto è del registro ${leaf.log}, l'impronta di ${cp.origin}`);
    holds(leaf.n === proof.index, 'index', `l'atto dice di essere il n. ${leaf.n}, la prova lo mette al n. ${proof.index}`);
    holds(rootOf(proof)?.equals(cp.root), 'inclusion', `la prova non porta dall'atto n. ${leaf.n} all'impronta di ${cp.size} atti`);
    if (receipt) {
      const { body, files, author, salts } = receipt;
      holds(commitment('corpo', salts.body, body) === leaf.corpo, 'body-commitment', 'il testo dell\'atto non è quello registrato');
      holds(receipt.fileCount === leaf.fileCount, 'files-count', `allegati elencati ${receipt.fileCount}, registrati ${leaf.fileCount}`);
      holds(commitment('alleg', salts.files, files) === leaf.files, 'files-commitment', 'l\'elenco degli allegati non è quello registrato');
      holds(commitment('autore', salts.author, author) === leaf.autore, 'author-commitment', 'l\'autore non è quello registrato');
    }
    if (trusted.some(k => signedBy(cp, k))) return { code: 0, reason: 'ok', text: 'VALIDA', leaf, cp };
    holds(!ours, 'untrusted-key', `firmata da una chiave che porta il nome ${cp.origin} ma non è quella fidata`);
    return { code: 3, reason: 'not-anchored', text: `COERENTE MA NON ANCORATA: nessuna chiave fidata del registro ${cp.origin}`, leaf, cp };
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    return { code: e.code, reason: e.reason, text: `${e.code === 1 ? 'NON VALIDA' : 'NON LEGGIBILE'}: ${e.message}` };
  }
}

function explain(name, v) {
  if (!v.leaf) return `${name}: ${v.text}`;
  const when = s => `${new Intl.DateTimeFormat('it-IT', { timeZone: 'Europe/Rome', dateStyle: 'short', timeStyle: 'medium' }).format(new Date(s))},${s.slice(20, 23)} (ora italiana; ${s})`;
  return `${name}: ${v.text}\n  atto n. ${v.leaf.n} (${v.leaf.tipo}) del registro ${v.leaf.log} di ${v.cp.size} atti, pratica ${v.leaf.rif}\n`
    + `  ricevuto il ${when(v.leaf.t)} via ${v.leaf.via}\n  registrato il ${when(v.leaf.tr)}`;
}

function main(args) {
  const trusted = [], files = [];
  let each = false;
  while (args.length > 0) {
    const a = args.shift();
    if (a === '--each') each = true;
    else if (a === '--key') {
      const k = args.shift() ?? '';
      trusted.push(parseKey(/\+[0-9a-f]{8}\+/.test(k) ? k : readFileSync(k, 'utf8').trim()));
    } else files.push(a);
  }
  const load = f => { try { return readFileSync(f); } catch { return Buffer.alloc(0); } };
  let inputs = files.map(f => [f, load(f)]);
  if (each && files.length === 0) inputs = readFileSync(0, 'latin1').split('\n').filter(Boolean).map((l, i) => [i + 1, Buffer.from(l, 'base64')]);
  if (inputs.length === 0) throw new Refusal(2, 'usage', 'uso: node verifica.mjs [--key CHIAVE|FILE] [--each] FILE…');
  const verdicts = inputs.map(([name, bytes]) => [name, judge(bytes, trusted)]);
  process.stdout.write(verdicts.map(([name, v]) => each ? `${v.code}\t${v.reason}\t${name}\n` : explain(name, v) + '\n').join(''));
  return [0, 3, 2, 1][Math.max(...verdicts.map(([, v]) => [0, 3, 2, 1].indexOf(v.code)))]; // the worst decides
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  try { process.exitCode = main(process.argv.slice(2)); } catch (e) { console.error(e.message); process.exitCode = 2; }
}
