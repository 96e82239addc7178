import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { root } from '../docs/pages.mjs';
import { installPackage, run } from './packed.mjs';

/** A folder with Next.js and the packed library, in which one app after the other is built. Nothing is in it before `install`. */
export function nextFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-next-'));
  const kept = ['node_modules', 'package.json', 'package-lock.json'];
  let isInstalled = false;
  return {
    folder,

    /** Once, however many apps ask. */
    install() {
      if (isInstalled) return;
      cpSync(path.join(root, 'test/apps/next/package.json'), path.join(folder, 'package.json'));
      installPackage(folder);
      isInstalled = true;
    },

    /** Leaves what is installed, and puts these files beside it. @param {string} app a folder of test/apps */
    begin(app) {
      for (const name of readdirSync(folder).filter(file => !kept.includes(file)))
        rmSync(path.join(folder, name), { recursive: true, force: true });
      const isOther = (/** @type {string} */ from) => path.basename(from) !== 'package.json';
      cpSync(path.join(root, 'test/apps', app), folder, { recursive: true, filter: isOther });
    },

    /** @param {string} bundler an option of `next build` */
    build(bundler) {
      rmSync(path.join(folder, '.next'), { recursive: true, force: true });
      run(`npx --no-install next build ${bundler}`, folder);
    },

    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @returns {Promise<number>} */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
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

/** How long a server may take to end. One that waits for open connections takes 30 s. */
const patienceMs = 90_000;

/** Asks a process to end, and waits until it is gone. @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit', { signal: AbortSignal.timeout(patienceMs) });
  child.kill();
  await gone.catch(() => {
    throw new Error('It goes on after SIGTERM.');
  });
}

/**
 * Starts a script, waits until it answers, and ends it once it has been used.
 *
 * @template TResult
 * @param {readonly string[]} script with its arguments
 * @param {{ cwd: string, env: Record<string, string>, url: string, exitCode?: number }} options `exitCode`: with what it has to end
 * @param {(lines: () => string) => Promise<TResult>} use `lines`: what it has printed
 */
export async function whileServing(script, { cwd, env, url, exitCode }, use) {
  const child = spawn(process.execPath, script, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
  });
  let printed = '';
  const keep = (/** @type {Buffer} */ part) => {
    printed += part;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  try {
    await answered(url, () => child.exitCode !== null);
    const result = await use(() => printed);
    await end(child);
    if (exitCode !== undefined) assert.equal(child.exitCode, exitCode, 'It has another exit code.');
    return result;
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${error instanceof Error ? error.message : error}\n${script.join(' ')} has printed:\n${printed}`);
  }
}

/** `next start` of what was built in a folder. @param {string} folder @param {number} port @returns {readonly string[]} */
export const nextStart = (folder, port) => [
  path.join(folder, 'node_modules/next/dist/bin/next'),
  'start',
  '-H',
  '127.0.0.1',
  '-p',
  `${port}`,
];
