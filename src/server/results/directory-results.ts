/// <reference types="node" />
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../machines/generation/generation.id.js';
import { assertKnownOptions } from '../../machines/options.js';
import type { ResultKey, ResultStore } from '../copies/result-store.js';
import { type PinnedDownloadOptions, pinnedDownload } from './pinned-download.js';

/** Options of {@link directoryResults}. */
export type DirectoryResultsOptions = PinnedDownloadOptions;

const partBytes = 65_536;
const idForm = /^[\w-]{1,100}$/;

const codeOf = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined);
const isNoFile = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** `undefined` for a file that is not there. */
async function ifThere<TAnswer>(answer: Promise<TAnswer>): Promise<TAnswer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
}

/** So that the name of a file survives a power cut, too. Windows has nothing of the kind. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a whole file its name, unless it is there already. Some network drives have no links. */
async function publish(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || isNoFile(error)) return;
    await rename(part, file);
  }
}

/** What processes have left that are gone. One that still writes finds that the file is there. */
async function dropParts(folder: string, name: string): Promise<void> {
  for (const each of await readdir(folder))
    if (each.startsWith(`${name}.`) && each.endsWith('.part')) await rm(join(folder, each), { force: true });
}

/**
 * Keeps copies of results in a folder: one file per result, one folder per generation. A file gets its name once it is
 * whole and on disk, and is never written again. Several processes may share the folder. In Node, with `undici`, which
 * you install.
 *
 * The folder is created when needed. Do not let a web server serve it: the server half checks who asks.
 *
 * @throws TypeError for an unknown option or an invalid path
 * @example
 * const server = createGenerationServer({
 *   store: memoryJobs(),
 *   results: directoryResults('data/results'),
 *   authorize: () => ({ id: 'me' }),
 *   backends: { image: { adapter: scripted(scenarios.healthy('1.png')), input: (wish: unknown) => wish } },
 * });
 */
export function directoryResults(path: string, options: DirectoryResultsOptions = {}): ResultStore {
  assertKnownOptions('directoryResults', options, ['privateOrigins', 'lookup']);
  if (typeof path !== 'string' || path === '')
    throw new TypeError('directoryResults() needs the path of a folder, such as data/results.');

  const folderOf = (id: string) => {
    if (idForm.test(id)) return join(path, id);
    throw new TypeError(`The id "${id}" is no name of a folder. Pass letters, digits, - and _.`);
  };
  const nameOf = (index: number) => {
    if (Number.isSafeInteger(index) && index >= 0) return String(index);
    throw new TypeError(`The index ${index} is no number of a result. Pass 0 or more.`);
  };
  const fileOf = ({ id, index }: ResultKey) => join(folderOf(id), nameOf(index));

  return {
    download: 'Bun' in globalThis || 'Deno' in globalThis ? undefined : pinnedDownload(options),

    async put(key, body) {
      const [folder, file] = [folderOf(key.id), fileOf(key)];
      const known = await ifThere(stat(file));
      if (known) {
        await body.cancel();
        return { bytes: known.size };
      }
      await mkdir(folder, { recursive: true });
      const part = `${file}.${newId()}.part`;
      try {
        const handle = await open(part, 'wx');
        try {
          // From where the last part has ended.
          for await (const bytes of body) await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await publish(part, file);
        await syncFolder(folder);
        await dropParts(folder, nameOf(key.index));
        return { bytes: (await stat(file)).size };
      } finally {
        await rm(part, { force: true });
      }
    },

    async get(key, range) {
      const file = fileOf(key);
      if (!(await ifThere(stat(file)))) return undefined;
      // Opened once somebody reads: an answer that nobody reads must hold no file open.
      let opened: Promise<FileHandle> | undefined;
      const close = async () => (await opened?.catch(() => undefined))?.close();
      const { from = 0, to = Number.POSITIVE_INFINITY } = range ?? {};
      let at = from;
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            try {
              opened ??= open(file, 'r');
              const handle = await opened;
              const wanted = Math.min(partBytes, to - at);
              const { bytesRead, buffer } = await handle.read(new Uint8Array(wanted), 0, wanted, at);
              at += bytesRead;
              if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
              if (bytesRead > 0 && at < to) return;
              await close();
              controller.close();
            } catch (error) {
              await close();
              throw error;
            }
          },
          cancel: close,
        },
        { highWaterMark: 0 },
      );
    },

    async delete(id) {
      await rm(folderOf(id), { recursive: true, force: true });
    },
  };
}
