import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { galleryApps } from './apps/gallery-apps.mjs';
import { followGuide, writeGuide } from './apps/guide.mjs';
import { importMap } from './apps/import-map.mjs';
import { freePort, nextFolder, nextStart, whileServing } from './apps/next-app.mjs';
import { run } from './apps/packed.mjs';
import { blocksOf, readPages } from './docs/pages.mjs';

/** What a prerendered page of test/apps/next has to show, by its route. */
const shown = {
  readme: 'Generate: <!-- -->idle',
  gallery: 'Generate: 0 and 0',
  'drop-in': 'Generate: idle and 0',
};

const { folder, install, begin, build, remove } = nextFolder();

/** The README's example. */
function writeReadme() {
  const readme = readPages().find(({ path: file }) => file === 'README.md');
  const example = readme && blocksOf(readme).find(({ code }) => code.includes('useGeneration('));
  if (!example) throw new Error('The README has no example with useGeneration().');
  writeFileSync(path.join(folder, 'app/readme/painter.tsx'), `'use client';\n\n${example.code}`);
}

/** @param {string} bundler */
function buildPages(bundler) {
  build(bundler);
  for (const [route, text] of Object.entries(shown)) {
    const html = readFileSync(path.join(folder, `.next/server/app/${route}.html`), 'utf8');
    if (!html.includes(text)) throw new Error(`The page /${route} does not show "${text}":\n${html}`);
  }
}

/** The server half behind the route handler of the built app: a page follows a generation through it. */
async function follow() {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  await whileServing(nextStart(folder, port), { cwd: folder, env: { APP_ORIGIN: origin }, url: origin }, async () =>
    run(`node follow.mjs ${origin}`, folder),
  );
}

/** @param {string} name @param {() => unknown} check */
async function report(name, check) {
  const startedAt = performance.now();
  try {
    await check();
    console.log(`${name}: passed (${Math.round((performance.now() - startedAt) / 1_000)} s)`);
    return true;
  } catch (error) {
    console.log(`${name}: failed\n${error instanceof Error ? error.message : error}`);
    return false;
  }
}

async function checkPages() {
  begin('next');
  writeReadme();
  let isPassed = true;
  for (const bundler of ['--turbopack', '--webpack']) {
    const isBuilt = await report(`next build ${bundler}`, () => buildPages(bundler));
    const isFollowed = isBuilt && (await report(`next start, built with ${bundler}`, follow));
    isPassed &&= isFollowed;
  }
  return isPassed;
}

async function checkGuide() {
  begin('guide');
  writeGuide(folder);
  const isBuilt = await report('the guide: next build', () => build('--turbopack'));
  return isBuilt && (await report('the guide: a picture in Chromium', () => followGuide(folder)));
}

/** The apps of Next share a folder, because it takes long to install. */
async function checkNext() {
  let isPassed = await report('next: install', install);
  const chosenChecks = Object.entries(nextChecks).filter(
    ([name]) => only === undefined || name === only || only === 'next',
  );
  for (const [, check] of isPassed ? chosenChecks : []) isPassed = (await check()) && isPassed;
  return isPassed;
}

/** A line of the table. @param {string} name @returns {{ name: string, install: string, build: string, click: string, result: string }} */
const toRow = name => ({ name, install: '–', build: '–', click: '–', result: 'failed' });

/** @param {import('./apps/apps.types.ts').App} app */
async function checkApp({ name, open }) {
  const row = toRow(name);
  const app = open();
  try {
    for (const step of /** @type {const} */ (['install', 'build', 'click'])) {
      const startedAt = performance.now();
      if (!(await report(`${name}: ${step}`, app[step]))) return { ...row, [step]: 'failed' };
      row[step] = `${Math.round((performance.now() - startedAt) / 1_000)} s`;
    }
    return { ...row, result: 'passed' };
  } finally {
    app.remove();
  }
}

const nextChecks = { pages: checkPages, guide: checkGuide };
const apps = [...galleryApps, importMap];
const [only] = process.argv.slice(2);
const names = ['next', ...Object.keys(nextChecks), ...apps.map(({ name }) => name)];
if (only !== undefined && !names.includes(only)) {
  console.error(`There is no app ${only}. Name one of ${names.join(', ')}.`);
  process.exit(1);
}

/** @type {ReturnType<typeof toRow>[]} */
const results = [];
try {
  if (only === undefined || only === 'next' || only in nextChecks)
    results.push({ ...toRow('next'), result: (await checkNext()) ? 'passed' : 'failed' });
  for (const app of apps) if (only === undefined || only === app.name) results.push(await checkApp(app));
} finally {
  remove();
}
console.table(results);
process.exitCode = results.every(({ result }) => result === 'passed') ? 0 : 1;
