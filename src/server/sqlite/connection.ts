import { createClient, type InStatement, type ResultSet } from '@libsql/client';
import { inTransaction, type SqliteTransaction } from './transaction.js';

/** The part of Node that is used here. The library is compiled without the types of Node. */
const node = globalThis as unknown as { readonly setImmediate: (run: () => void) => void };
const afterThisTurn = node.setImmediate;

/** How long a write waits for another process, in ms. */
const patienceMs = 15_000;
const maxPauseMs = 50;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && /SQLITE_(BUSY|LOCKED)/.test(`${Reflect.get(error, 'code')} ${error.message}`);

type Write = {
  readonly statements: readonly InStatement[];
  readonly resolve: (results: readonly ResultSet[]) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * One connection to a file. Writes follow one another, within one call, because the client is synchronous inside: a transaction that is held while
 * something else is awaited would stall the process. While another process writes, a write waits without blocking this one.
 *
 * Each commit waits for the disk, and so does the process. So the writes of one turn of the event loop share a transaction (group commit), and each of
 * them is confirmed when that is on the disk.
 *
 * @see https://www.sqlite.org/wal.html
 */
export function openConnection(url: string) {
  let client = createClient({ url });
  let queue: Promise<unknown> = Promise.resolve();

  async function patiently<TResult>(run: () => Promise<TResult>): Promise<TResult> {
    const startedAt = Date.now();
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      try {
        return await run();
      } catch (error) {
        if (!isBusy(error) || Date.now() - startedAt > patienceMs) throw error;
        // A statement that has failed keeps its view of the file, with which no later write succeeds. Nothing runs on the connection now.
        client.close();
        client = createClient({ url });
        // With chance, so that two processes do not meet again.
        await new Promise(resolve => setTimeout(resolve, pauseMs * (0.5 + Math.random())));
      }
    }
  }

  const inTurn = <TResult>(run: () => Promise<TResult>): Promise<TResult> => {
    const result = queue.then(run);
    queue = result.catch(() => undefined);
    return result;
  };

  /** Writes that wait for the next transaction. */
  let gathered: Write[] = [];

  /** One that cannot be written must not keep the others out: then each has a transaction of its own. */
  async function commit(writes: readonly Write[]): Promise<void> {
    try {
      const all = writes.flatMap(({ statements }) => statements);
      const results = await patiently(() => client.batch(all, 'write'));
      let at = 0;
      for (const { statements, resolve } of writes) {
        resolve(results.slice(at, at + statements.length));
        at += statements.length;
      }
    } catch (error) {
      if (writes.length === 1 || isBusy(error)) for (const { reject } of writes) reject(error);
      else for (const write of writes) await commit([write]);
    }
  }

  async function commitGathered(): Promise<void> {
    await new Promise<void>(resolve => afterThisTurn(resolve));
    const writes = gathered;
    gathered = [];
    await commit(writes);
  }

  return {
    /** Keeps readers and the writer apart. What was confirmed survives a power cut, which is SQLite's own default. */
    async prepare(): Promise<void> {
      await inTurn(() => patiently(() => client.execute('pragma journal_mode = wal')));
    },
    read: (sql: string, args: readonly (string | number | null)[] = []): Promise<ResultSet> =>
      patiently(() => client.execute({ sql, args: [...args] })),
    /** All of these, or none of them. */
    write: (...statements: readonly InStatement[]): Promise<readonly ResultSet[]> =>
      new Promise((resolve, reject) => {
        if (gathered.push({ statements, resolve, reject }) === 1) void inTurn(commitGathered);
      }),
    /** The same, with what depends on their results. It may run again. */
    transaction: <TResult>(run: (transaction: SqliteTransaction) => Promise<TResult>): Promise<TResult> =>
      inTurn(() => patiently(() => inTransaction(client, run))),
    async close(): Promise<void> {
      await queue;
      client.close();
    },
  };
}

export type Connection = ReturnType<typeof openConnection>;
