import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';

const isRoot = process.getuid?.() === 0;

/** Longer than a busy machine needs. */
const startMs = 120_000;

/**
 * The path of a program: one that is there, else one that apt installs now.
 *
 * @param {{ name: string, find: () => string | undefined, aptPackages: readonly string[], variable: string }} wanted
 * @returns {string}
 * @throws {Error} that says what to do, if the program is not found and cannot be installed
 */
export function findProgram({ name, find, aptPackages, variable }) {
  const known = find();
  if (known !== undefined) return known;
  const canInstall = isRoot && process.platform === 'linux' && existsSync('/usr/bin/apt-get');
  let said = 'apt-get was not tried: it needs Linux and root.';
  if (canInstall) {
    console.error(`No ${name} yet: apt-get install ${aptPackages.join(' ')}`);
    try {
      execFileSync('apt-get', ['update'], { stdio: ['ignore', 2, 2], timeout: 600_000 });
      const install = ['install', '-y', '--no-install-recommends', ...aptPackages];
      execFileSync('apt-get', install, { stdio: ['ignore', 2, 2], timeout: 600_000 });
    } catch (error) {
      said = error instanceof Error ? error.message : String(error);
    }
  }
  const installed = find();
  if (installed !== undefined) return installed;
  throw new Error(`${name} was not found.\n${said}\nInstall ${name}, or set ${variable} to where its programs are.`);
}

/** @returns {Promise<number>} a port of the loopback that was free a moment ago */
export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });

/**
 * Starts a server, and waits for the line by which it says that it is ready.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {string} readyLine
 * @returns {Promise<import('node:child_process').ChildProcess>}
 */
export async function startProgram(program, args, options, readyLine) {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  // A test that ends by force leaves nothing running.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let said = '';
  await new Promise((resolve, reject) => {
    const fail = (/** @type {string} */ why) => reject(new Error(`${program} ${why}.\n${said}`));
    const timer = setTimeout(() => fail(`was not ready after ${startMs} ms`), startMs);
    child.once('error', reject);
    child.once('exit', code => fail(`ended with ${code}`));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', text => {
        said = (said + text).slice(-20_000);
        if (!said.includes(readyLine)) return;
        clearTimeout(timer);
        resolve(undefined);
      });
    }
  });
  child.removeAllListeners('error');
  child.on('error', () => undefined);
  return child;
}

/**
 * Ends a server, and waits until it is gone.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export const endProgram = (child, signal) =>
  new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(undefined);
    child.once('exit', resolve);
    child.kill(signal);
  });
