import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { followGuide, writeGuide } from './apps/guide.mjs';
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

const checks = { pages: checkPages, guide: checkGuide };
const [only] = process.argv.slice(2);
const chosen = Object.entries(checks).filter(([name]) => only === undefined || name === only);

try {
  let isPassed = chosen.length > 0 && (await report('next: install', install));
  for (const [, check] of isPassed ? chosen : []) isPassed = (await check()) && isPassed;
  process.exitCode = isPassed ? 0 : 1;
} finally {
  remove();
}
