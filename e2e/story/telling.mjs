// What the days of the story share: the clock, the people, what each of them took home.
import assert from 'node:assert/strict';
import { download } from '../lib/receipts.mjs';
import { Officer } from '../lib/officer.mjs';
import { Visitor } from '../lib/visitor.mjs';

export const deadline = 'venerdì 18 ottobre 2013 alle 12:00';

export class Telling {
  steps = 0;
  owns = [];     // management links, in the order in which the sheets arrived
  receipts = []; // files of every receipt given
  acts = {};     // how many of each kind the register must hold
  sheets = {};   // addresses in the office of the sheets that it keyed in
  people = {};   // who signed in, by role

  constructor(demo) {
    this.demo = demo;
  }

  visitor() {
    return new Visitor(this.demo.base);
  }

  /** Moves the clock to a local hour of October 2013 (UTC+2), does something, and tells it. */
  async step(when, tells, does) {
    const [day, hour] = when.split(' ');
    await this.demo.move(`2013-10-${day.slice(0, 2)}T${hour}${hour.length === 5 ? ':00' : ''}+02:00`);
    const more = await does();
    this.steps++;
    console.log(`${when}  ${tells}${more ? `: ${more}` : ''}`);
  }

  /** Counts an act that the register must hold at the end. */
  act(kind, n = 1) {
    this.acts[kind] = (this.acts[kind] ?? 0) + n;
  }

  /** Keeps the receipt that is open, as its holder would; gives what it says of itself. */
  async keep(v, kind) {
    if (!this.owns.includes(v.own())) this.owns.push(v.own());
    await this.file(v.own());
    this.act(kind);
    const [, number] = /Ricevuta (PDZ-2013-\d{4})/.exec(v.text) ?? assert.fail(`no number:\n${v.text}`);
    const [, at] = /Ricevuta il (\S+ \d+ ottobre 2013, ore \d\d:\d\d:\d\d,\d{3})/.exec(v.text) ?? assert.fail(`no instant:\n${v.text}`);
    return { number, at, hour: at.slice(-12) };
  }

  /** Puts away the receipt that a management link leads to. */
  async file(own) {
    this.receipts.push(await download(this.demo, own, 'ricevuta.json', this.receipts.length));
  }

  async adheres(answers) {
    const v = await this.visitor().adhere(answers);
    return this.keep(v.says(201, 'Adesione registrata', 'nei termini, mancavano'), 'adesione');
  }

  async desk(isOpen) {
    const v = await this.visitor().open('/lecce/sportello');
    v.says(200, isOpen ? 'Aperto adesso' : 'Chiuso adesso');
  }

  /** Somebody of the office, who entered by one click of the demo. Their appointment is an act, but for the operator's. */
  async officer(role) {
    if (!this.people[role]) {
      this.people[role] = await new Officer(this.demo.base).as(role);
      this.act('nomina');
    }
    return this.people[role];
  }

  /**
   * Keys in a sheet. Its receipt goes by mail to the address on it, or else to the hand of
   * who brought it: where there is one, the story keeps it as its holder would.
   */
  async keyIn(role, channel, arrived, name, sheet, ...says) {
    const v = await this.officer(role);
    await v.keyIn(channel, arrived, sheet);
    v.says(200, ...says);
    this.act('adesione');
    const [, number] = /Registrata la (PDZ-2013-\d{4})/.exec(v.text);
    if (role !== 'helpDesk') this.sheets[name] = v.sheet();
    if (sheet['recapito-email']) {
      const mail = await this.visitor().mailTo(sheet['recapito-email'], number);
      const own = new URL(mail.link(/\/gestione\//), this.demo.base).pathname;
      this.owns.push(own);
      await this.file(own);
    }
    return number;
  }
}
