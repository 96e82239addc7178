import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { blocksOf, readPages, root } from './docs/pages.mjs';

/** What a prerendered page of test/apps/next has to show, by its route. */
const shown = {
  readme: 'Generate: <!-- -->idle',
  gallery: 'Generate: 0 and 0',
  'drop-in': 'Generate: idle and 0',
};

const app = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-next-'));

/**
 * Runs a command, and returns what it printed.
 *
 * @param {string} command
 * @param {string} cwd
 * @throws Error with what it printed, if it fails
 */
function run(command, cwd) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', npm_config_ignore_scripts: 'true' };
  const { status, stdout, stderr } = spawnSync(command, { cwd, env, shell: true, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** A fresh Next.js app with the packed library and the README's example. */
function install() {
  cpSync(path.join(root, 'test/apps/next'), app, { recursive: true });
  const readme = readPages().find(({ path: file }) => file === 'README.md');
  const example = readme && blocksOf(readme).find(({ code }) => code.includes('useGeneration('));
  if (!example) throw new Error('The README has no example with useGeneration().');
  writeFileSync(path.join(app, 'app/readme/painter.tsx'), `'use client';\n\n${example.code}`);
  run(`npm pack --pack-destination "${app}"`, root);
  const [tarball] = readdirSync(app).filter(file => file.endsWith('.tgz'));
  run(`npm install --no-audit --no-fund "./${tarball}"`, app);
}

/** @param {string} bundler an option of `next build` */
function build(bundler) {
  rmSync(path.join(app, '.next'), { recursive: true, force: true });
  run(`npx --no-install next build ${bundler}`, app);
  for (const [route, text] of Object.entries(shown)) {
    const html = readFileSync(path.join(app, `.next/server/app/${route}.html`), 'utf8');
    if (!html.includes(text)) throw new Error(`The page /${route} does not show "${text}":\n${html}`);
  }
}

/** @param {string} name @param {() => void} check */
function report(name, check) {
  const startedAt = performance.now();
  try {
    check();
    console.log(`${name}: passed (${Math.round((performance.now() - startedAt) / 1_000)} s)`);
    return true;
  } catch (error) {
    console.log(`${name}: failed\n${error instanceof Error ? error.message : error}`);
    return false;
  }
}

try {
  const isPassed =
    report('next: install', install) &&
    ['--turbopack', '--webpack']
      .map(bundler => report(`next build ${bundler}`, () => build(bundler)))
      .every(isBuilt => isBuilt);
  process.exitCode = isPassed ? 0 : 1;
} finally {
  rmSync(app, { recursive: true, force: true });
}
