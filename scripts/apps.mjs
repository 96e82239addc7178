import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
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
  const { status, stdout, stderr } = spawnSync(command, { cwd, env, shell: true, encoding: 'utf8', timeout: 900_000 });
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

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' ? address?.port : undefined;
}

/** Resolves once somebody answers there. @param {string} url @param {() => boolean} isOver */
async function answered(url, isOver) {
  while (!isOver()) {
    const response = await fetch(url).catch(() => undefined);
    if (response) return;
    await setTimeout(100);
  }
  throw new Error(`Nothing answers at ${url}.`);
}

/** The server half behind the route handler of the built app: a page follows a generation through it. */
async function follow() {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const cli = path.join(app, 'node_modules/next/dist/bin/next');
  const next = spawn(process.execPath, [cli, 'start', '-H', '127.0.0.1', '-p', `${port}`], {
    cwd: app,
    stdio: 'ignore',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', APP_ORIGIN: origin },
  });
  try {
    await answered(origin, () => next.exitCode !== null);
    run(`node follow.mjs ${origin}`, app);
  } finally {
    next.kill();
  }
}

/** @param {string} name @param {() => void | Promise<void>} check */
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

try {
  let isPassed = await report('next: install', install);
  for (const bundler of isPassed ? ['--turbopack', '--webpack'] : []) {
    const isBuilt = await report(`next build ${bundler}`, () => build(bundler));
    const isFollowed = isBuilt && (await report(`next start, built with ${bundler}`, follow));
    isPassed &&= isFollowed;
  }
  process.exitCode = isPassed ? 0 : 1;
} finally {
  rmSync(app, { recursive: true, force: true });
}
