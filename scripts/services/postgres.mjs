import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endProgram, findProgram, freePort, startProgram } from './program.mjs';

const versionsFolder = '/usr/lib/postgresql';

/** @returns {string | undefined} the folder of `initdb` and `postgres` */
function findFolder() {
  const { POSTGRES_BIN } = process.env;
  const versions = existsSync(versionsFolder) ? readdirSync(versionsFolder).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(POSTGRES_BIN ? [POSTGRES_BIN] : versions.map(version => path.join(versionsFolder, version, 'bin'))),
    '/opt/homebrew/bin',
    '/usr/local/bin',
    '/usr/bin',
  ];
  return folders.find(folder => ['initdb', 'postgres'].every(name => existsSync(path.join(folder, name))));
}

/** PostgreSQL refuses to be root: its own user is asked for. @returns {{ uid?: number, gid?: number }} */
function toUser() {
  if (process.getuid?.() !== 0) return {};
  const [, , uid, gid] = execFileSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' }).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * Starts a PostgreSQL of its own, in a folder that goes when it stops. What was committed survives a crash of the server, but no power cut.
 *
 * @param {{ settings?: Readonly<Record<string, string>> }} [options] more settings of the server
 */
export async function startPostgres({ settings = {} } = {}) {
  const bin = findProgram({
    name: 'PostgreSQL',
    find: findFolder,
    aptPackages: ['postgresql'],
    variable: 'POSTGRES_BIN',
  });
  const user = toUser();
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-postgres-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder };
  const data = path.join(folder, 'data');
  const made = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N', '--no-instructions'];
  execFileSync(path.join(bin, 'initdb'), made, { ...options, stdio: 'pipe' });
  const port = await freePort();
  const all = { fsync: 'off', full_page_writes: 'off', max_connections: '200', ...settings };
  const args = [
    ...['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const start = () => startProgram(path.join(bin, 'postgres'), args, options, 'ready to accept connections');
  let child = await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    get pid() {
      return Number(child.pid);
    },
    /** Ends it as a crash does, or in order, and starts it again on the same port. @param {'crash' | 'in order'} how */
    async restart(how) {
      // SIGQUIT ends it at once, and what was committed is recovered.
      await endProgram(child, how === 'crash' ? 'SIGQUIT' : 'SIGINT');
      child = await start();
    },
    /** Ends it, until {@link restart}. */
    halt: () => endProgram(child, 'SIGINT'),
    async stop() {
      await endProgram(child, 'SIGINT');
      process.off('exit', remove);
      remove();
    },
  };
}
