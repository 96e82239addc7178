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

/** In this order, because the page is built from the compiled library. @type {Step[]} */
const steps = [
  {
    name: 'library',
    sources: ['src', 'tsconfig.base.json', 'tsconfig.build.json', 'scripts/build.mjs', 'scripts/release/shrink.mjs'],
    result: 'dist/machines/index.js',
    command: ['scripts/build.mjs'],
  },
  {
    name: 'server',
    sources: ['examples/studio/server', 'src', 'tsconfig.base.json', 'tsconfig.studio.json'],
    result: 'examples/studio/dist/server/main.js',
    command: [compiler, '-p', 'tsconfig.studio.json'],
  },
  {
    name: 'page',
    sources: ['examples/studio/app', 'src', 'package.json'],
    result: 'examples/studio/dist/app/index.html',
    command: [bundler, 'build', '--config', 'examples/studio/app/vite.config.ts', '--logLevel', 'warn'],
  },
  {
    name: 'playground',
    sources: ['examples/studio/playground', 'examples/studio/app', 'examples/studio/server', 'src', 'package.json'],
    result: 'examples/studio/dist/playground/index.html',
    command: [bundler, 'build', '--config', 'examples/studio/playground/vite.config.ts', '--logLevel', 'warn'],
  },
];

/** What `npm run demo` starts. The playground is a part of the site. */
const served = ['library', 'server', 'page'];

/** @param {string} file */
const changedAt = file => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Includes all files and subfolders: a folder changes when a file is removed. @param {string} source */
function newestIn(source) {
  const top = path.join(root, source);
  const below = statSync(top).isDirectory() ? readdirSync(top, { recursive: true, encoding: 'utf8' }) : [];
  return Math.max(changedAt(top), ...below.map(file => changedAt(path.join(top, file))));
}

/**
 * Builds the parts of the studio that are older than their sources: the library, the server, the page and the playground.
 *
 * @param {(name: string) => void} [announce] called before each part is built
 * @param {readonly string[]} [parts] all but the playground by default
 */
export function buildStudio(announce = () => {}, parts = served) {
  for (const { name, sources, result, command } of steps.filter(({ name }) => parts.includes(name))) {
    const built = path.join(root, result);
    if (changedAt(built) > Math.max(...sources.map(newestIn))) continue;
    announce(name);
    // With the NODE_ENV of a test run, Vite would bundle the development build of React.
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
 * Builds the studio, and returns the compiled server and the folder of the page.
 *
 * @param {(name: string) => void} [announce] called before each part is built
 * @param {readonly string[]} [parts] all but the playground by default
 */
export async function loadStudio(announce, parts) {
  buildStudio(announce, parts);
  // A computed URL, so that the compiler does not look for the build: the types come from the sources.
  const compiled = new URL('../examples/studio/dist/server/index.js', import.meta.url).href;
  /** @type {typeof import('../examples/studio/server/index.js')} */
  const { startBackend, PortError, vendorKeys } = await import(compiled);
  return { startBackend, PortError, vendorKeys, staticDir: path.join(root, 'examples/studio/dist/app') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildStudio(name => console.log(`Building the ${name}`));
