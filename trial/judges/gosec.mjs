// gosec on the source of the program. A finding is named by its rule, its file and the line of code
// itself, so that what was looked at is found again when lines move, and looked at again when they change.
import { readFileSync } from 'node:fs';
import { whole } from './judge.mjs';

export const judge = {
  name: 'gosec',
  flaw: /^G401 .*md5\.Sum/,
  planted: () => ['./trial/judges/testdata/gosec'],
  real: parts,
  async look(world, packages) {
    const report = `${world.dir}/gosec.json`;
    const { stderr } = await whole('bin/gosec', ['-quiet', '-no-fail', '-exclude-generated', '-fmt', 'json', '-out', report, ...packages], { seconds: 300 });
    const { Issues, Stats, 'Golang errors': errors } = JSON.parse(readFileSync(report, 'utf8'));
    if (Object.keys(errors).length > 0 || Stats.files === 0) throw new Error(`gosec did not read the source: ${JSON.stringify(errors).slice(0, 500)} ${stderr.slice(-300)}`);
    world.say(`${Stats.files} files, ${Stats.lines} lines`);
    return (Issues ?? []).map(line);
  },
};

/** Our packages that the program is built from, as folders. */
async function parts() {
  const { stdout, stderr, status } = await whole('go', ['list', '-deps', '-f', '{{if not .Standard}}{{.ImportPath}}{{end}}', './cmd/concerto'], { seconds: 120 });
  if (status !== 0) throw new Error(`go list: ${stderr}`);
  return stdout.split('\n').filter((p) => p.startsWith('concerto/')).map((p) => p.replace('concerto/', './'));
}

function line({ rule_id: rule, file, line: at, code }) {
  const first = at.split('-')[0];
  const text = code.split('\n').find((l) => l.startsWith(`${first}:`))?.slice(first.length + 1).trim() ?? '';
  return `${rule} ${file.replace(`${process.cwd()}/`, '')}: ${text}`;
}
