import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endProgram, findProgram, freePort, startProgram } from './program.mjs';

/** @returns {string | undefined} */
function findServer() {
  const { REDIS_SERVER, PATH = '' } = process.env;
  const usual = [...PATH.split(path.delimiter), '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
  const candidates = REDIS_SERVER ? [REDIS_SERVER] : usual.map(folder => path.join(folder, 'redis-server'));
  return candidates.find(candidate => existsSync(candidate));
}

/**
 * Starts a Redis of its own, in a folder that goes when it stops. With `isKept` each write is on disk before its answer.
 *
 * @param {{ isKept?: boolean }} [options]
 */
export async function startRedis({ isKept = false } = {}) {
  const program = findProgram({
    name: 'Redis',
    find: findServer,
    aptPackages: ['redis-server'],
    variable: 'REDIS_SERVER',
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-redis-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const port = await freePort();
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no', '--save', ''],
    ...['--appendonly', isKept ? 'yes' : 'no', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'],
  ];
  const start = () => startProgram(program, args, { cwd: folder }, 'Ready to accept connections');
  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return Number(child.pid);
    },
    /** Kills it, and starts it again on the same port. What it keeps is there again. */
    async restart() {
      await endProgram(child, 'SIGKILL');
      child = await start();
    },
    async stop() {
      await endProgram(child, 'SIGTERM');
      process.off('exit', remove);
      remove();
    },
  };
}
