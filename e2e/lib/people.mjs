// Invented subjects that adhere. Codes of bodies begin with 9998 and birthplaces
// with X: check characters are right, and no code is anyone's.

let serial = 0;

/** The answers of a body, step by step, as the form names its fields. */
export function body(categoria, denominazione, tables = []) {
  serial++;
  return {
    chi: {
      categoria, denominazione, 'codice-fiscale': bodyCode(9998000000 + serial), 'comune-sede': 'lecce',
      'recapito-email': `info@${slug(denominazione)}-${serial}.example`,
    },
    referente: { 'nome-cognome': 'Anna Perrone', ruolo: 'legale-rappresentante', 'recapito-telefono': '0832 000000' },
    tavoli: { 'tavoli-scelti': tables, attese: 'Un centro diurno aperto anche il sabato.' },
  };
}

/** The answers of a citizen without a body. */
export function citizen(name, tables = []) {
  serial++;
  return {
    chi: { categoria: 'libero-cittadino', 'codice-fiscale': personCode(`PRVPRV70A41X${String(serial).padStart(3, '0')}`), 'recapito-email': `${slug(name)}-${serial}@posta.example` },
    referente: { 'nome-cognome': name },
    tavoli: { 'tavoli-scelti': tables, attese: '' },
  };
}

/** The same answers with some of one step changed. */
export function changed(answers, step, values) {
  return { ...answers, [step]: { ...answers[step], ...values } };
}

const slug = (text) => text.toLowerCase().replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '');

/** Ten digits and their check digit: doubled in the even places, nines cast out. */
function bodyCode(number) {
  const digits = String(number);
  let sum = 0;
  for (const [i, d] of [...digits].entries()) {
    const n = Number(d) * (i % 2 === 1 ? 2 : 1);
    sum += Math.floor(n / 10) + (n % 10);
  }
  return digits + ((10 - (sum % 10)) % 10);
}

/** Fifteen characters of a personal code and their check letter (D.M. 23 December 1976). */
function personCode(first) {
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
  let sum = 0;
  for (const [i, c] of [...first].entries()) {
    const n = /\d/.test(c) ? Number(c) : c.charCodeAt(0) - 65;
    sum += i % 2 === 0 ? odd[n] : n;
  }
  return first + String.fromCharCode(65 + (sum % 26));
}

/** The same answers as they stand on one sheet of paper. */
export const onPaper = (answers, ...without) =>
  Object.fromEntries(Object.entries({ ...answers.chi, ...answers.referente, ...answers.tavoli }).filter(([name]) => !without.includes(name)));
