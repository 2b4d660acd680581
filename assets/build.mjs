// Builds the assets: node assets/build.mjs → assets/dist.
// Bootstrap Italia's stylesheet is cut down to what the templates use and joined
// to ours, htmx is joined to our script, the icon sprite keeps the icons in use.
// The same input gives the same bytes. Sizes beyond the budget fail the build.
import { build } from 'esbuild';
import { PurgeCSS } from 'purgecss';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'assets');
const dist = join(source, 'dist');
const web = join(root, 'internal/web');
const italia = join(root, 'node_modules/bootstrap-italia/dist');

// Budgets in bytes after gzip (fonts: as they are). See the design, "Interface", section 0.
const budgets = { 'app.css': 15_000, 'lavoro.css': 4_000, 'app.js': 18_000, 'own.js': 6_000, 'icons.svg': 4_000, fonts: 75_000 };

const fonts = {
  'titillium-400.woff2': ['Titillium_Web', 'regular'],
  'titillium-600.woff2': ['Titillium_Web', '600'],
  'titillium-700.woff2': ['Titillium_Web', '700'],
  'mono-400.woff2': ['Roboto_Mono', 'regular'],
};

const targets = ['chrome109', 'firefox115', 'safari16'];
const manifest = {};
const report = [];
let failed = false;

const gzip = (b) => zlib.gzipSync(b, { level: 9 });
const brotli = (b) => zlib.brotliCompressSync(b, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } });

/** Files under a directory with a suffix, in a fixed order. */
function filesUnder(dir, suffix) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && e.name.endsWith(suffix))
    .map((e) => join(e.parentPath, e.name))
    .sort();
}

/** Fails the build when a size is over its budget. */
function weigh(name, size) {
  const budget = budgets[name];
  report.push([name, size, budget]);
  if (budget && size > budget) {
    failed = true;
    console.error(`assets: ${name} weighs ${size} bytes, budget ${budget}`);
  }
}

/** Writes a file under its hashed name, with compressed forms beside it. */
function emit(name, bytes, compressed = true) {
  const dot = name.lastIndexOf('.');
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10);
  const hashed = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
  manifest[name] = hashed;
  writeFileSync(join(dist, hashed), bytes);
  if (compressed) {
    const gz = gzip(bytes);
    gz[9] = 255; // the operating system's number in the header would differ from machine to machine
    writeFileSync(join(dist, `${hashed}.gz`), gz);
    writeFileSync(join(dist, `${hashed}.br`), brotli(bytes));
    weigh(name, gz.length);
  }
  return hashed;
}

/** What may name a class: templates, Go that writes markup, our script. */
const markup = [...filesUnder(web, '.html'), ...filesUnder(web, '.go').filter((f) => !f.endsWith('_test.go')), ...filesUnder(join(source, 'js'), '.js')];

/** Bootstrap Italia without the rules that no page uses. */
async function purgeItalia() {
  const raw = readFileSync(join(italia, 'css/bootstrap-italia.min.css'), 'utf8').replace(/@font-face\{[^}]*\}/g, '');
  const [{ css }] = await new PurgeCSS().purge({
    content: markup.map((file) => ({ raw: readFileSync(file, 'utf8'), extension: 'html' })),
    css: [{ raw }],
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
    safelist: { standard: [/^htmx-/, 'is-invalid', 'active'], variables: [/bootstrap-italia-version/] },
    blocklist: [/^vjs/, /^video-js/, /^splide/, /^it-carousel/, /^autocomplete/, /^masonry/, /^offcanvas/, /^toast/, /^tooltip/, /^popover/],
    keyframes: true,
    variables: true,
    fontFace: false,
  });
  return css;
}

/** Bundles one stylesheet; font addresses become the hashed ones. */
async function stylesheet(name, text) {
  const out = await build({
    stdin: { contents: text, loader: 'css', resolveDir: join(source, 'css') },
    bundle: true, minify: true, write: false, target: targets, legalComments: 'none', logLevel: 'error',
    external: ['/static/*', 'data:*'],
  });
  const css = out.outputFiles[0].text.replace(/\/static\/([a-z0-9-]+\.woff2)/g, (_, font) => `/static/${manifest[font]}`);
  emit(name, Buffer.from(css));
}

async function styles() {
  const office = filesUnder(join(source, 'css/lavoro'), '.css');
  const own = filesUnder(join(source, 'css'), '.css').filter((f) => !office.includes(f));
  await stylesheet('app.css', [await purgeItalia(), ...own.map((f) => readFileSync(f, 'utf8'))].join('\n'));
  await stylesheet('lavoro.css', office.map((f) => readFileSync(f, 'utf8')).join('\n'));
}

async function script() {
  const options = { bundle: true, minify: true, write: false, format: 'iife', target: ['es2022'], legalComments: 'none', logLevel: 'error', absWorkingDir: root };
  const out = await build({ ...options, entryPoints: [join(source, 'js/app.js')] });
  emit('app.js', Buffer.from(out.outputFiles[0].contents));
  const own = await build({ ...options, entryPoints: [join(source, 'js/page.js')] });
  weigh('own.js', gzip(own.outputFiles[0].contents).length);
}

/** The sprite of the icons that templates name: {{template "icon" "clock"}}. */
function icons() {
  const used = new Set();
  for (const file of markup) {
    const text = readFileSync(file, 'utf8');
    for (const m of text.matchAll(/template "icon(?:-sm|-lg)?" "([a-z0-9-]+)"/g)) used.add(m[1]);
    for (const m of text.matchAll(/\bIcon:\s*"([a-z0-9-]+)"/g)) used.add(m[1]);
  }
  const sprites = readFileSync(join(italia, 'svg/sprites.svg'), 'utf8');
  const symbols = [];
  for (const m of sprites.matchAll(/<symbol[^>]*id="it-([^"]+)"[\s\S]*?<\/symbol>/g)) {
    if (used.delete(m[1])) symbols.push(m[0]);
  }
  if (used.size > 0) {
    failed = true;
    console.error(`assets: no such icon: ${[...used].sort().join(', ')}`);
  }
  emit('icons.svg', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.sort().join('')}</svg>`));
}

function copyFonts() {
  let total = 0;
  for (const [name, [family, weight]] of Object.entries(fonts)) {
    const dir = join(italia, 'fonts', family);
    const file = readdirSync(dir).find((f) => /latin-ext_latin-|latin_latin-ext-/.test(f) && f.endsWith(`-${weight}.woff2`));
    const bytes = readFileSync(join(dir, file));
    total += bytes.length;
    emit(name, bytes, false);
  }
  weigh('fonts', total);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, '.keep'), '');
copyFonts();
await styles();
await script();
icons();
emit('favicon.svg', readFileSync(join(source, 'favicon.svg')));
writeFileSync(join(dist, 'manifest.json'), JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()), null, 2) + '\n');
for (const [name, size, budget] of report) console.log(`${name.padEnd(14)} ${String(size).padStart(7)} ${budget ? `of ${budget}` : ''}`);
process.exit(failed ? 1 : 0);
