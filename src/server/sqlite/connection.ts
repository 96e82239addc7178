import { createClient, type InStatement, type ResultSet } from '@libsql/client';
import { inTransaction, type SqliteTransaction } from './transaction.js';

/** How long a write waits for another process, in ms. */
const patienceMs = 15_000;
const maxPauseMs = 50;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && /SQLITE_(BUSY|LOCKED)/.test(`${Reflect.get(error, 'code')} ${error.message}`);

/**
 * One connection to a file. Writes follow one another, each in a transaction of its own within one call, because the client is synchronous
 * inside: a transaction that is held while something else is awaited would stall the process. While another process writes, a write waits
 * without blocking this one.
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
    const result = queue.then(() => patiently(run));
    queue = result.catch(() => undefined);
    return result;
  };

  return {
    /** Keeps readers and the writer apart. What was confirmed survives a power cut, which is SQLite's own default. */
    async prepare(): Promise<void> {
      await inTurn(() => client.execute('pragma journal_mode = wal'));
    },
    read: (sql: string, args: readonly (string | number | null)[] = []): Promise<ResultSet> =>
      patiently(() => client.execute({ sql, args: [...args] })),
    /** All of these, or none of them. */
    write: (...statements: readonly InStatement[]): Promise<readonly ResultSet[]> =>
      inTurn(() => client.batch([...statements], 'write')),
    /** The same, with what depends on their results. It may run again. */
    transaction: <TResult>(run: (transaction: SqliteTransaction) => Promise<TResult>): Promise<TResult> =>
      inTurn(() => inTransaction(client, run)),
    async close(): Promise<void> {
      await queue;
      client.close();
    },
  };
}

export type Connection = ReturnType<typeof openConnection>;
