import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const modules = path.join(root, 'node_modules');
const compiler = path.join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');

/** What tests and compiler need of the repository. */
const copied = /^(?:src|test|examples|scripts|package\.json|tsconfig.*\.json|vitest\.(?:node\.)?config\.ts)$/;

/** A folder of its own for each package, so that what Vite caches beside them is the sandbox's. @param {string} folder */
function linkPackages(folder) {
  mkdirSync(folder);
  for (const name of readdirSync(modules)) {
    if (!name.startsWith('.vite')) symlinkSync(path.join(modules, name), path.join(folder, name), 'junction');
  }
}

/**
 * A copy of the sources in a temporary folder, in which anything may be broken. It goes when the process ends.
 *
 * @returns {string} the folder
 */
export function makeSandbox() {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'generation-lifecycle-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(root).filter(name => copied.test(name))) {
    // With their times: what is compiled is not compiled again.
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true, preserveTimestamps: true });
  }
  linkPackages(path.join(folder, 'node_modules'));
  return folder;
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => process.exit(130));

/** @type {Set<number>} */
const running = new Set();
process.on('exit', () => {
  for (const pid of running) endGroup(pid);
});

/** @param {number} pid */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * Runs a Node program in a folder, and ends it with all that it started when it takes too long.
 *
 * @param {string} cwd
 * @param {readonly string[]} args
 * @param {{ timeoutMs?: number, env?: Record<string, string> }} [options]
 * @returns {Promise<{ status: number | null, stdout: string, stderr: string }>} a status of `null` is a program that was ended
 */
export function runNode(cwd, args, { timeoutMs = 300_000, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      // A group of its own: a test run has workers, and a browser.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid = 0 } = child;
    running.add(pid);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    const timer = setTimeout(endGroup, timeoutMs, pid);
    child.on('error', reject);
    child.on('close', status => {
      clearTimeout(timer);
      running.delete(pid);
      resolve({ status, stdout, stderr });
    });
  });
}

/**
 * Compiles the library of a sandbox into its `dist`. What a fault leaves unused is not what is judged. Only what has
 * changed since the last time is checked again: whole, it takes longer than most of those who judge.
 *
 * @param {string} sandbox
 * @returns {Promise<string | undefined>} what the compiler has against it
 */
export async function compile(sandbox) {
  const args = ['-p', 'tsconfig.build.json', '--noUnusedLocals', 'false', '--noUnusedParameters', 'false'];
  args.push('--incremental', '--tsBuildInfoFile', 'library.tsbuildinfo');
  const { status, stdout, stderr } = await runNode(sandbox, [compiler, ...args]);
  return status === 0 ? undefined : stdout + stderr;
}
