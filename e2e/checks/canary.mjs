// Text that would run if it were ever written into a page as it stands. It goes into every
// field of every form, in the address and in file names; then every page, message and
// download is read again.
import assert from 'node:assert/strict';
import { closePage } from '../lib/browser.mjs';
import { crawl } from '../lib/crawl.mjs';
import { process2014 } from '../lib/demo.mjs';
import { formsOf, held } from '../lib/html.mjs';
import { body } from '../lib/people.mjs';
import { Visitor } from '../lib/visitor.mjs';

/** Each would run in another place: after a tag, in an attribute, in a text area, in a script, as an address. */
const canaries = ['"><svg/onload=alert(1)>', "'><img src=x onerror=alert(2)>", '</textarea></title></script><script>alert(3)</script>',
  '{{alert(4)}}" onfocus=alert(4) autofocus="', 'javascript:alert(5)//'];
const all = canaries.join(' ');

/** What must not be in the HTML of any page. */
const raw = /<svg\/onload|<img src=x|<script>alert|<\/textarea><\/title>|" onfocus=alert|(?:href|src|action)="javascript:/i;

/** A visitor that reads every answer it gets with suspicion. */
class Suspicious extends Visitor {
  async take(response) {
    await super.take(response);
    const { status } = this;
    assert(status < 500, `${this.at}: status ${status}`);
    if (/^text\/html/.test(this.headers.get('content-type') ?? '')) {
      const hit = raw.exec(this.html);
      assert(!hit, `${this.at} holds ${this.html.slice(hit?.index - 80, hit?.index + 80)}`);
    } else if (raw.test(this.html)) {
      // JSON and calendars hold what was written, as they must: never to be shown in the place of a page.
      assert.match(this.headers.get('content-disposition') ?? '', /^attachment/, `${this.at} is not given as a file`);
      assert.equal(this.headers.get('x-content-type-options'), 'nosniff', `${this.at} may be taken for a page`);
    }
    return this;
  }
}

/** To begin again would take away all that is to be looked at. */
const left = /\/demo\/ricomincia$/;

/** What a form holds, but the clock of the demo, which must not move under the other checks. */
const steady = (form) => ({ ...held(form), ...(/orologio$/.test(form.action) && { a: '2013-10-09T09:00:00+02:00' }) });

/** Every form of the site that links lead to, filled with canaries in every control. */
async function everyForm(world) {
  const seen = new Set();
  const v = new Suspicious(world.base);
  await crawl(world.base, ['/', '/lecce/parere?voto=2'], async (path) => {
    await v.open(path);
    const { html } = v;
    for (const form of /^text\/html/.test(v.headers.get('content-type') ?? '') ? formsOf(html) : []) {
      const kind = `${form.method} ${form.action.replace(/[\w-]{20,}/g, '*')} ${form.fields.map((f) => f.name)}`;
      if (seen.has(kind) || left.test(form.action)) continue;
      seen.add(kind);
      for (const canary of [...canaries, all]) await sendAs(v, form, canary);
    }
    return html;
  }, 1);
  assert(seen.size >= 5, `only ${seen.size} kinds of forms were found`);
}

async function sendAs(v, form, canary) {
  const values = Object.fromEntries(form.fields.map((f) => [f.name, canary]));
  if (form.method === 'GET') return v.open(`${form.action}?${new URLSearchParams(values)}`);
  if (form.enctype !== 'multipart/form-data') {
    for (const name of Object.keys(values)) await v.post(form.action, { ...steady(form), [name]: canary });
    return v.post(form.action, values);
  }
  const parts = new FormData();
  for (const f of form.fields) f.type === 'file' ? parts.append(f.name, new Blob([canary]), canary) : parts.append(f.name, canary);
  return v.deliver(form.action, parts);
}

/** An adhesion whose every word is a canary, where a form is not demanded; refused ones first. Gives the management link. */
async function adhesion(world) {
  const v = new Suspicious(world.base);
  const answers = body('altro', 'Canarino', ['violenza']);
  answers.chi.denominazione = all;
  answers.chi.registri = all.slice(0, 200);
  answers.referente['nome-cognome'] = canaries[0];
  answers.referente['ruolo'] = 'legale-rappresentante';
  answers.tavoli.attese = all;
  await v.open(`${process2014}/adesione`);
  await v.submit(/\/adesione$/);
  for (const step of ['chi', 'referente', 'tavoli']) {
    const { action, fields } = v.form(new RegExp(`/${step}$`));
    for (const canary of [...canaries, `"${canaries[0]}"@posta.example`]) {
      await v.post(action, Object.fromEntries(fields.map((f) => [f.name, canary])));
    }
    for (const { name } of fields) await v.post(action, { ...answers[step], [name]: all });
    await v.open(action);
    await v.submit(new RegExp(`/${step}$`), { ...answers[step], _azione: 'bozza' });
    await v.open(action);
    await v.submit(new RegExp(`/${step}$`), answers[step]);
    assert(!v.at.endsWith(`/${step}`), `step ${step} takes what has no form demanded of it:\n${v.text}`);
  }
  const summary = v.at;
  await v.attach(/\/allegati\/delega$/, `${canaries[0]}.html`, all, 'text/html');
  assert.equal(v.status, 422, 'a page is refused as an attachment');
  await v.open(summary);
  await v.attach(/\/allegati\/delega$/, `${canaries[0]}.pdf`, `%PDF-1.4\n%${all}\n%%EOF\n`, 'application/pdf');
  await v.open(summary);
  await v.post(v.form(/\/invio$/).action, { 'presa-visione-privacy': all });
  if (v.status === 422) await v.submit(/\/invio$/, { 'presa-visione-privacy': 'on' });
  v.says(201);
  return { mine: v.own(), email: answers.chi['recapito-email'] };
}

/** What follows an adhesion: a correction, and a withdrawal with its reason. */
async function afterwards(world, mine) {
  const v = new Suspicious(world.base);
  await v.open(mine);
  await v.submit(/\/correzione$/);
  await v.fillIn({ chi: {}, referente: {}, tavoli: { attese: `${all} ${all}` } });
  await v.send();
  await v.open(`${mine}/ritiro`);
  for (const motivo of [`${all}\u0000`, all]) await v.submit(/\/ritiro$/, { motivo });
  v.says(201);
}

/** The address is typed by people too. */
async function inAddresses(world) {
  const v = new Suspicious(world.base);
  for (const canary of canaries) {
    const c = encodeURIComponent(canary);
    for (const address of [`/${c}`, `/lecce/${c}`, `/lecce/percorsi/${c}`, `${process2014}/incontri/${c}`, `${process2014}/tavoli/${c}`, `/lecce/ricevuta/${c}`,
      `/lecce/gestione/${c}/${c}`, `/lecce/conferma/${c}/${c}`, `${process2014}/adesione/${c}/chi`, `/demo/posta/${c}`, `/demo/avanzamento?torna=${c}`,
      `${process2014}/calendario?chi=${c}&fase=${c}`, `${process2014}?chi=${c}`, `/lecce/parere?pagina=${c}&voto=${c}`, `/en/${c}`, `/static/${c}`]) await v.open(address);
  }
}

async function nothingRuns(world) {
  await everyForm(world);
  await inAddresses(world);
  const { mine, email } = await adhesion(world);
  await afterwards(world, mine);

  const v = new Suspicious(world.base);
  const mail = (await v.mailTo(email)).at;
  const kept = []; // pages that show a canary, as text
  const files = ['ricevuta.json', 'ricevuta.tlog-proof', 'dati.json', 'incontri.ics'].map((name) => `${mine}/${name}`);
  const found = await crawl(world.base, [mail, mine, `${mine}/ritiro`, `/lecce/ricevuta/${mine.split('/')[3]}`, ...files, '/', '/en/'], async (path) => {
    await v.open(path);
    if (/^text\/html/.test(v.headers.get('content-type') ?? '') && /svg\/onload/.test(v.html)) kept.push(path);
    return v.html;
  });
  assert(found.length > 100, `only ${found.length} pages were read`);
  assert(kept.includes(mine), 'the canary is shown on the page of its adhesion, as text');

  const page = await world.open();
  for (const path of kept.slice(0, 40)) await page.goto(path);
  await closePage(page);
}

export const checks = [['a canary in every field never runs nor stands raw, on pages, messages, downloads', nothingRuns]];
