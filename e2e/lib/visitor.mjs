// A person without a browser: reads pages and sends their forms over HTTP.
import assert from 'node:assert/strict';
import { formsOf, held, linksOf, textOf } from './html.mjs';
import { process2014 } from './demo.mjs';

export class Visitor {
  constructor(base) {
    this.base = base;
  }

  /** Opens a page; what it says is then in status, html, text. */
  async open(address) {
    return this.take(await this.request(address));
  }

  /** Asks, and goes where the answer leads. */
  request(address, options) {
    return fetch(new URL(address, this.base), options);
  }

  async take(response) {
    this.at = new URL(response.url).pathname;
    this.status = response.status;
    this.headers = response.headers;
    this.bytes = Buffer.from(await response.arrayBuffer());
    this.html = this.bytes.toString();
    return this;
  }

  /** What the page itself says, without what stands around it on every page. */
  get text() {
    return textOf(/<main[\s\S]*<\/main>/.exec(this.html)?.[0] ?? this.html);
  }

  /** The address of the first link that matches. */
  link(pattern) {
    const found = linksOf(this.html).find((a) => pattern.test(a.href) || pattern.test(a.text));
    assert(found, `${this.at} has no link ${pattern}`);
    return found.href;
  }

  /** The form whose action matches. */
  form(pattern) {
    const found = formsOf(this.html).find((f) => pattern.test(f.action));
    assert(found, `${this.at} has no form ${pattern}:\n${this.text}`);
    return found;
  }

  /** Sends a form of the page as a browser does: what it holds, the values given instead, and files. */
  async submit(pattern, values = {}, files = {}) {
    const form = this.form(pattern);
    const all = { ...held(form), ...values };
    return form.enctype === 'multipart/form-data' ? this.deliver(form.action, parts(all, files)) : this.post(form.action, all);
  }

  async post(address, values) {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) for (const one of [value].flat()) body.append(name, one);
    return this.deliver(address, body);
  }

  /** Posts a body; where the site asks to wait because too many came at once, waits. */
  async deliver(address, body) {
    for (;;) {
      const answer = await this.request(address, { method: 'POST', body });
      if (answer.status !== 429) return this.take(answer);
      await answer.arrayBuffer();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** Sends a file with a form of the page. */
  async attach(pattern, name, content, type = 'application/octet-stream') {
    const body = new FormData();
    body.append('file', new Blob([content], { type }), name);
    return this.deliver(this.form(pattern).action, body);
  }

  says(status, ...phrases) {
    assert.equal(this.status, status, `${this.at}: status\n${this.text}`);
    const text = this.text;
    for (const phrase of phrases) assert(text.includes(phrase), `${this.at} does not say "${phrase}":\n${text.slice(0, 2000)}`);
    return this;
  }

  /** Begins a sheet and fills it up to the summary; what is left is the last click. */
  async prepare(answers) {
    await this.open(`${process2014}/adesione`);
    await this.submit(/\/adesione$/);
    return this.fillIn(answers);
  }

  /** Fills the steps that are left of a draft, up to the summary. */
  async fillIn(answers) {
    while (!this.at.endsWith('/riepilogo')) {
      const step = this.at.split('/').at(-1);
      await this.submit(new RegExp(`/${step}$`), answers[step]);
      assert.equal(this.status, 200, `step ${step} is refused:\n${this.text}`);
    }
    return this;
  }

  /** The last click: the answer is the receipt. */
  async send(more = {}) {
    await this.submit(/\/invio$/, { 'presa-visione-privacy': 'on', ...more });
    return this.says(201);
  }

  async adhere(answers) {
    await this.prepare(answers);
    return this.send();
  }

  /** The management link on the receipt that is open, as a path. */
  own() {
    return /\/lecce\/gestione\/[^"/]+\/[^"/]+/.exec(this.html)?.[0] ?? assert.fail(`${this.at} has no management link`);
  }

  /** Opens the newest message to an address, in the postbox of the demo: it gets there within seconds. */
  async mailTo(address, subject = '') {
    for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
      await this.open('/demo/posta');
      const [, href] = mails(this.html).find(([, , about, to]) => textOf(about).includes(subject) && to.includes(address)) ?? [];
      if (href) return this.open(href);
    }
    return assert.fail(`no message "${subject}" to ${address}`);
  }
}

/** The lines of the postbox: link, subject, recipient. */
const mails = (html) => [...html.matchAll(/<a [^>]*href="(\/demo\/posta\/[^"]+)"[^>]*>([^<]*)<\/a><span[^>]*>([^<]*)/g)];

/** The parts of a form that may take files; a file is [name, content]. */
function parts(values, files) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) for (const one of [value].flat()) body.append(name, one);
  for (const [slot, [name, content]] of Object.entries(files)) body.append(slot, new Blob([content]), name);
  return body;
}
