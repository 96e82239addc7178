import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const modules = path.join(root, 'node_modules');
const compiler = path.join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');

/** What the tests and the compiler need. */
const copied = /^(?:src|test|examples|scripts|package\.json|tsconfig.*\.json|vitest\.(?:node\.)?config\.ts)$/;

/** Links each package, so that Vite's cache beside them belongs to the sandbox. @param {string} folder */
function linkPackages(folder) {
  mkdirSync(folder);
  for (const name of readdirSync(modules)) {
    if (!name.startsWith('.vite')) symlinkSync(path.join(modules, name), path.join(folder, name), 'junction');
  }
  // The first run of Vitest in a folder writes into its cache before that is there, and fails, which looks like a fault that survives.
  mkdirSync(path.join(folder, '.experimental-vitest-cache'), { recursive: true });
}

/**
 * A copy of the sources in a temporary folder. It is removed when the process ends.
 *
 * @returns {string} the folder
 */
export function makeSandbox() {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'generation-lifecycle-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(root).filter(name => copied.test(name))) {
    // With timestamps, so that an incremental build skips unchanged files.
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
    // The process has already ended.
  }
}

/**
 * Runs a Node program in a folder. After the time-out it ends the program and all of its child processes.
 *
 * @param {string} cwd
 * @param {readonly string[]} args
 * @param {{ timeoutMs?: number, env?: Record<string, string> }} [options]
 * @returns {Promise<{ status: number | null, stdout: string, stderr: string, isTimedOut: boolean }>}
 */
export function runNode(cwd, args, { timeoutMs = 900_000, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      // Its own process group: a test run starts workers and a browser.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid = 0 } = child;
    running.add(pid);
    let stdout = '';
    let stderr = '';
    let isTimedOut = false;
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    const timer = setTimeout(() => {
      isTimedOut = true;
      stderr += `Ended after ${timeoutMs / 1_000} s: ${args.join(' ')}\n`;
      endGroup(pid);
    }, timeoutMs);
    child.on('error', reject);
    child.on('close', status => {
      clearTimeout(timer);
      running.delete(pid);
      resolve({ status, stdout, stderr, isTimedOut });
    });
  });
}

/**
 * Compiles the library of a sandbox into its `dist`, incrementally, because a full build takes longer than most detectors. A
 * fault may leave a variable unused, so unused variables are allowed.
 *
 * @param {string} sandbox
 * @returns {Promise<string | undefined>} the compiler's errors
 */
export async function compile(sandbox) {
  const args = ['-p', 'tsconfig.build.json', '--noUnusedLocals', 'false', '--noUnusedParameters', 'false'];
  args.push('--incremental', '--tsBuildInfoFile', 'library.tsbuildinfo');
  const { status, stdout, stderr } = await runNode(sandbox, [compiler, ...args]);
  return status === 0 ? undefined : stdout + stderr;
}
