// Somebody who signed in, without a browser: a visitor who keeps cookies as one does.
import { process2014 } from './demo.mjs';
import { Visitor } from './visitor.mjs';

const sheets = `/ufficio${process2014}/adesioni`;

export class Officer extends Visitor {
  cookies = new Map();

  /** Follows redirects itself: the cookie that opens a door comes with one. */
  async request(address, options = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(new URL(address, this.base), { ...options, redirect: 'manual', headers: cookie ? { cookie } : {} });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(name, value);
    }
    if (answer.status !== 303) return answer;
    await answer.arrayBuffer();
    return this.request(new URL(answer.headers.get('location'), answer.url));
  }

  /** Enters as a role of the demo. */
  async as(role) {
    await this.post('/demo/ruolo', { ruolo: role });
    return this.says(200);
  }

  /** Enters by the link that goes to an address: a page first, so that a program that opens links does not use it up. */
  async byMail(address) {
    await this.open('/accedi');
    await this.submit(/\/accedi$/, { email: address });
    this.says(200, address);
    await this.mailTo(address, 'Il tuo accesso');
    await this.open(this.link(/\/accedi\//));
    await this.submit(/\/accedi\//);
    return this.says(200);
  }

  /** Keys in a sheet that came by another channel than the web, and gives its address in the office. */
  async keyIn(canale, arrived, sheet) {
    await this.open(`${sheets}/nuova?canale=${canale}`);
    const [giorno, ora] = arrived.split(' ');
    await this.submit(/\/adesioni\/nuova$/, { canale, 'arrivo-giorno': giorno, 'arrivo-ora': ora, 'presa-visione-privacy': 'si', ...sheet });
    return this.says(200, 'Registrata la PDZ-2013-');
  }

  /** The address of the sheet just keyed in. */
  sheet() {
    return this.link(/\/adesioni\/[A-Z0-9]+$/);
  }
}
