import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * @typedef {import('./server-crash.types.ts').HalfInput} HalfInput
 * @typedef {import('./server-crash.types.ts').HoldInput} HoldInput
 * @typedef {import('./server-crash.types.ts').VendorInput} VendorInput
 * @typedef {import('./server-crash.types.ts').MarkLine} MarkLine
 */

/** Starts a script, and calls back with each line that it writes. @param {string} script @param {unknown} input @param {(line: string) => void} onLine */
export function startScript(script, input, onLine) {
  const child = spawn(process.execPath, [script, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', onLine);
  // Also its last lines have been read by then.
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]);
  return { child, ended };
}

/** A free port, which a process takes again after each kill. @returns {Promise<number>} */
export async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** The double of the vendor. @param {string} script its file @param {VendorInput} input */
export async function startVendor(script, input) {
  /** @type {(url: string) => void} */
  let open = () => {};
  const opened = new Promise(resolve => {
    open = resolve;
  });
  const { child, ended } = startScript(script, input, line => open(line));
  const url = await Promise.race([opened, ended.then(() => Promise.reject(new Error('The vendor has not started.')))]);
  return {
    url: String(url),
    /** @returns {Promise<import('./server-crash.types.ts').VendorCounts>} */
    async counts() {
      const read = async () => (await fetch(`${url}/counts`)).json();
      // The vendor closes a connection that nobody uses for a while, and a loaded machine may use it just then.
      return read().catch(read);
    },
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A process with a server half. @param {string} script its file @param {HalfInput | HoldInput} input */
export async function startHalf(script, input) {
  /** @type {MarkLine[]} */
  const marks = [];
  let isDead = false;
  /** @type {(value?: unknown) => void} */
  let open = () => {};
  const opened = new Promise(resolve => {
    open = resolve;
  });
  const { child, ended } = startScript(script, input, line => {
    if (line === 'listening') open();
    else if (line.startsWith('{')) marks.push(JSON.parse(line));
  });
  const dead = ended.then(() => {
    isDead = true;
  });
  await Promise.race([opened, dead]);
  return {
    marks,
    dead,
    isDead: () => isDead,
    async kill() {
      child.kill('SIGKILL');
      await dead;
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof startHalf>>} Half */
