// govulncheck: known weaknesses of what the program is built from, if the program's calls reach
// them. The database is a folder that VULNDB names; without one only the planted flaw is tried,
// on a database of one entry, and the program is not judged.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { whole } from './judge.mjs';

const own = 'trial/judges/testdata/vulndb';
const database = process.env.VULNDB || own;
const oldest = 120; // days

export const judge = {
  name: 'govulncheck',
  flaw: /^GO-2021-0113 golang\.org\/x\/text/,
  planted: () => ({ folder: 'trial/judges/testdata/govulncheck', packages: '.' }),
  real: () => ({ folder: '.', packages: './cmd/...' }),
  lacks: () => (process.env.VULNDB ? '' : 'name a copy of the Go vulnerability database: make judges VULNDB=/path/of/vulndb'),
  async look(world, { folder, packages }) {
    if (!existsSync(`${database}/index/db.json`)) throw new Error(`${database} is no vulnerability database: index/db.json is not there`);
    const { stdout, stderr, status } = await whole(resolve('bin/govulncheck'), ['-db', `file://${resolve(database)}`, '-format', 'json', '-C', folder, packages], { seconds: 120 });
    if (status !== 0) throw new Error(`govulncheck: status ${status}: ${stderr}`);
    const found = messages(stdout).filter((m) => m.finding?.trace[0].function).map(({ finding: f }) => `${f.osv} ${f.trace[0].module}@${f.trace[0].version} ${f.trace[0].function}`);
    const age = (Date.now() - Date.parse(JSON.parse(readFileSync(`${database}/index/db.json`, 'utf8')).modified)) / 86_400_000;
    if (database !== own && age > oldest) found.push(`the database is ${Math.round(age)} days old, more than ${oldest}`);
    return [...new Set(found)];
  },
};

/** Its messages: objects that follow one another, each ended by a brace at the beginning of a line. */
const messages = (text) => text.split(/(?<=^\})\n(?=\{$)/m).filter((m) => m.trim()).map((m) => JSON.parse(m));
