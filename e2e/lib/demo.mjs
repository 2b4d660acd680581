// Starts the demo as a process of its own, with a data directory that goes away with it.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const process2014 = '/lecce/percorsi/2014-2016';

/** The longest that a demo may take to be ready, and to enact what lies between two hours. */
const patience = 60_000;

const running = new Set();
process.on('exit', () => running.forEach((demo) => demo.kill()));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** Starts `concerto demo` on a free port and waits until it answers. */
export async function startDemo(binary, ...flags) {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: run "make build" first`);
  const demo = new Demo(binary, flags);
  await demo.ready();
  return demo;
}

class Demo {
  constructor(binary, flags) {
    this.binary = binary;
    this.data = mkdtempSync(join(tmpdir(), 'concerto-e2e-'));
    this.log = '';
    this.child = spawn(binary, ['demo', '--data', this.data, '--listen', '127.0.0.1:0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
    this.child.once('error', (error) => (this.log += error));
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (text) => (this.log += text));
    running.add(this);
  }

  /** Reads from its output where it listens, and asks there. */
  async ready() {
    await this.until(async () => {
      this.base = /The demo is ready: open (http:\S+)/.exec(this.log)?.[1];
      return this.base && (await fetch(`${this.base}/salute`)).ok;
    }, 'the demo is not ready');
  }

  /** Moves the simulated clock forward and waits until what lies between has happened. */
  async move(at) {
    const body = new URLSearchParams({ a: at, torna: '/lecce/' });
    const moved = await fetch(`${this.base}/demo/orologio`, { method: 'POST', body, redirect: 'manual' });
    if (moved.status !== 303) throw new Error(`moving the clock to ${at}: status ${moved.status}`);
    await this.until(async () => {
      const progress = await fetch(`${this.base}/demo/avanzamento?torna=/lecce/`, { redirect: 'manual' });
      await progress.arrayBuffer();
      return progress.status === 303;
    }, `the clock did not reach ${at}`, 5);
  }

  /** Tries until it is so. */
  async until(isSo, otherwise, pause = 50) {
    for (const end = Date.now() + patience; ; await new Promise((resolve) => setTimeout(resolve, pause))) {
      if (this.child.exitCode !== null || Date.now() > end) throw new Error(`${otherwise}\n${this.log}`);
      if (await isSo()) return;
    }
  }

  /** Runs the program with other arguments; gives status and output. */
  command(...args) {
    return run(this.binary, args);
  }

  /** Stops the server; the data stay until the end. */
  async stop() {
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await this.ended;
    clearTimeout(late);
  }

  kill() {
    if (this.child.exitCode === null) this.child.kill('SIGKILL');
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** Runs a program to its end; gives status and output, whatever the status. */
export async function run(program, args) {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { maxBuffer: 1 << 24 });
    return { status: 0, output: stdout + stderr };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return { status: error.code, output: error.stdout + error.stderr };
  }
}
