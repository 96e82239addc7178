import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { resolve } = createRequire(import.meta.url);
const compiler = path.join(resolve('typescript/package.json'), '../bin/tsc');
const bundler = path.join(resolve('vite/package.json'), '../bin/vite.js');

/** @typedef {{ name: string, sources: string[], result: string, command: string[] }} Step */

/** In this order: the page is built from the compiled library. @type {Step[]} */
const steps = [
  {
    name: 'library',
    sources: ['src', 'tsconfig.base.json', 'tsconfig.build.json'],
    result: 'dist/machines/index.js',
    command: [compiler, '-p', 'tsconfig.build.json'],
  },
  {
    name: 'server',
    sources: ['examples/studio/server', 'tsconfig.base.json', 'tsconfig.studio.json'],
    result: 'examples/studio/dist/server/main.js',
    command: [compiler, '-p', 'tsconfig.studio.json'],
  },
  {
    name: 'page',
    sources: ['examples/studio/app', 'src', 'package.json'],
    result: 'examples/studio/dist/app/index.html',
    command: [bundler, 'build', '--config', 'examples/studio/app/vite.config.ts', '--logLevel', 'warn'],
  },
];

/** @param {string} file */
const changedAt = file => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** A folder counts with all that is in it, and with the folders, which change when something is taken away. @param {string} source */
function newestIn(source) {
  const top = path.join(root, source);
  const below = statSync(top).isDirectory() ? readdirSync(top, { recursive: true, encoding: 'utf8' }) : [];
  return Math.max(changedAt(top), ...below.map(file => changedAt(path.join(top, file))));
}

/**
 * Builds what a running studio consists of: the library, the server and the page. What is newer than its sources stays.
 *
 * @param {(name: string) => void} [announce] told of each part before it is built
 * @param {readonly string[]} [parts] which of them; all by default
 */
export function buildStudio(announce = () => {}, parts = steps.map(({ name }) => name)) {
  for (const { name, sources, result, command } of steps.filter(({ name }) => parts.includes(name))) {
    const built = path.join(root, result);
    if (changedAt(built) > Math.max(...sources.map(newestIn))) continue;
    announce(name);
    // A test run's NODE_ENV would make it React's development build.
    execFileSync(process.execPath, command, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const now = new Date();
    utimesSync(built, now, now);
  }
}

/**
 * Builds it, and gives what is needed to start it: the compiled server, and the folder of the page.
 *
 * @param {(name: string) => void} [announce] told of each part before it is built
 * @param {readonly string[]} [parts] which of them are built; all by default
 */
export async function loadStudio(announce, parts) {
  buildStudio(announce, parts);
  // By an address that the compiler does not follow: types come from the sources, which are there before any build.
  const compiled = new URL('../examples/studio/dist/server/index.js', import.meta.url).href;
  /** @type {typeof import('../examples/studio/server/index.js')} */
  const { startBackend } = await import(compiled);
  return { startBackend, staticDir: path.join(root, 'examples/studio/dist/app') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildStudio(name => console.log(`Building the ${name}`));
