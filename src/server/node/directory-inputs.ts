/// <reference types="node" />
import type { InputStore, StoredInput } from '../inputs/input-store.js';

/** Without an import, so that a bundle for another platform does not look for Node's modules. */
function getNode() {
  const process: Pick<NodeJS.Process, 'getBuiltinModule'> | undefined = Reflect.get(globalThis, 'process');
  if (!process?.getBuiltinModule) {
    throw new TypeError(
      'directoryInputs() needs Node 20.16 or later, Bun or Deno. Elsewhere, write an InputStore of your own.',
    );
  }
  return {
    crypto: process.getBuiltinModule('node:crypto'),
    fs: process.getBuiltinModule('node:fs/promises'),
    streams: process.getBuiltinModule('node:fs'),
    path: process.getBuiltinModule('node:path'),
    stream: process.getBuiltinModule('node:stream'),
  };
}

/** No dots and no slashes: an id is the name of a folder. */
const nameForm = /^[\w-]{1,100}$/;
/** What an upload of a process that is gone has left, in ms. */
const leftoverMs = 3_600_000;

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && codes.includes(String(Reflect.get(error, 'code')));

/** The answer, or `undefined` where there is no such file. */
async function ifThere<TAnswer>(work: Promise<TAnswer>): Promise<TAnswer | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * Keeps uploaded files in a folder, which several processes of one machine may share. A file is there whole or not at
 * all. Only your server may write into the folder, and no web server may serve it.
 *
 * @throws TypeError without a path
 * @example
 * const inputs = { store: directoryInputs('data/inputs') };
 */
export function directoryInputs(directory: string): InputStore {
  if (typeof directory !== 'string' || directory === '') {
    throw new TypeError('directoryInputs() needs the path of a folder, such as data/inputs.');
  }
  const { crypto, fs, streams, path, stream } = getNode();
  const { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, writeFile } = fs;
  const root = path.resolve(directory);
  const named = (kind: 'files' | 'partial' | 'owners', ...names: readonly string[]): string => {
    const wrong = names.find(name => !nameForm.test(name));
    if (wrong !== undefined)
      throw new TypeError(`The name "${wrong}" is none of a file that was uploaded. Pass the id that put() got.`);
    return path.join(root, kind, ...names);
  };
  const folderOf = (id: string) => named('files', id);
  const holdsOf = (id: string) => path.join(folderOf(id), 'holds');

  async function get(id: string): Promise<StoredInput | undefined> {
    if (!nameForm.test(id)) return undefined;
    const text = await ifThere(readFile(path.join(folderOf(id), 'about.json'), 'utf8'));
    return text === undefined ? undefined : (JSON.parse(text) as StoredInput);
  }

  async function write(file: string, body: AsyncIterable<Uint8Array>) {
    const hash = crypto.createHash('sha256');
    let size = 0;
    const handle = await open(file, 'wx', 0o600);
    try {
      for await (const part of body) {
        hash.update(part);
        size += part.byteLength;
        await handle.writeFile(part);
      }
    } finally {
      await handle.close();
    }
    return { size, digest: hash.digest('base64url') };
  }

  /** Who holds a file creates an entry in its folder of holds. So the folder that can be removed is that of a file that nobody holds, nor can hold. */
  async function remove(id: string): Promise<boolean> {
    const input = await get(id);
    try {
      await rmdir(holdsOf(id));
    } catch (error) {
      if (isCode(error, 'ENOTEMPTY', 'EEXIST')) return false;
      if (!isCode(error, 'ENOENT')) throw error;
    }
    await rm(folderOf(id), { recursive: true, force: true });
    if (input) await rm(named('owners', input.owner, id), { force: true });
    return true;
  }

  async function dropLeftovers(): Promise<void> {
    for (const name of (await ifThere(readdir(path.join(root, 'partial')))) ?? []) {
      const folder = path.join(root, 'partial', name);
      const about = await ifThere(stat(folder));
      if (about && Date.now() - about.mtimeMs > leftoverMs) await rm(folder, { recursive: true, force: true });
    }
  }

  return {
    get,
    remove,

    async put(given, body) {
      const partial = named('partial', given.id);
      const mark = named('owners', given.owner, given.id);
      await mkdir(path.join(partial, 'holds'), { recursive: true, mode: 0o700 });
      try {
        const input: StoredInput = { ...given, ...(await write(path.join(partial, 'bytes'), body)) };
        await writeFile(path.join(partial, 'about.json'), JSON.stringify(input));
        await mkdir(path.dirname(mark), { recursive: true, mode: 0o700 });
        await writeFile(mark, '');
        await mkdir(path.join(root, 'files'), { recursive: true, mode: 0o700 });
        await rename(partial, folderOf(given.id));
        return input;
      } catch (error) {
        await rm(partial, { recursive: true, force: true });
        await rm(mark, { force: true });
        throw error;
      }
    },

    async read(id, range) {
      if (!(await get(id))) return undefined;
      // A file that is opened can be read to its end, also if it is removed meanwhile.
      const handle = await ifThere(open(path.join(folderOf(id), 'bytes')));
      if (!handle) return undefined;
      const part = range && { start: range.from, end: range.to - 1 };
      return stream.Readable.toWeb(streams.createReadStream('', { fd: handle, ...part })) as ReadableStream<Uint8Array>;
    },

    async hold(id, jobId) {
      if (!nameForm.test(id)) return false;
      if (!nameForm.test(jobId)) return false;
      const hold = path.join(holdsOf(id), jobId);
      return (await ifThere(writeFile(hold, '').then(() => true))) ?? false;
    },

    async release(id, jobId) {
      if (!nameForm.test(id) || !nameForm.test(jobId)) return;
      await rm(path.join(holdsOf(id), jobId), { force: true });
    },

    async count(owner) {
      return ((await ifThere(readdir(named('owners', owner)))) ?? []).length;
    },

    async *list() {
      await dropLeftovers();
      for (const id of (await ifThere(readdir(path.join(root, 'files')))) ?? []) {
        const [input, heldBy] = [await get(id), await ifThere(readdir(holdsOf(id)))];
        if (input && heldBy) yield { input, heldBy };
        // A process has stopped while it removed this one.
        else if (!heldBy) await rm(path.join(root, 'files', id), { recursive: true, force: true });
      }
    },
  };
}
