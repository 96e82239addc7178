import type { Pool, PoolClient } from 'pg';
import { hookPatienceMs } from '../store/job-store.js';

export type Row = { readonly [column: string]: unknown };
export type Value = string | number | boolean | null | readonly (string | null)[];
export type Query = (sql: string, values?: readonly Value[]) => Promise<readonly Row[]>;

/** Pools whose errors are heard. A pool may have several stores. */
const heard = new WeakSet<Pool>();

/** What says that no statement was refused: the database was not there, or went away. */
const isLost = (error: unknown): boolean => {
  const code = error instanceof Error ? String(Reflect.get(error, 'code')) : '';
  return (
    /^(08|57P|ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOST|ENET)/.test(code) ||
    (error instanceof Error && /terminated|timeout|not queryable|closed|ended/i.test(error.message))
  );
};

function toError(error: unknown): unknown {
  if (!isLost(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new Error(`The connection to PostgreSQL was lost: ${why}. The next call opens another one.`, { cause: error });
}

const toQuery =
  (client: Pick<PoolClient, 'query'>): Query =>
  async (sql, values = []) => {
    try {
      const { rows } = await client.query<Row>(sql, [...values]);
      return rows;
    } catch (error) {
      throw toError(error);
    }
  };

const maxAttempts = 5;

/** Sets a limit for one transaction, unless the connection has a stricter one already. 0 is none. */
function limit(name: string, ms: number): string {
  const current = `current_setting('${name}')`;
  return `select set_config('${name}', case when ${current}::interval between '1 ms' and '${ms} ms' then ${current} else '${ms}' end, true)`;
}

/**
 * Another level would count what was there before the wait for a lock. A process that stands still, or that the network has cut off, keeps its locks
 * only for so long: the database ends its transaction, and another process goes on.
 */
const begin = `begin isolation level read committed; ${limit('idle_in_transaction_session_timeout', hookPatienceMs + 5_000)}`;
/** What a hook waits for in the database has an end, too, so that its transaction can be rolled back. */
const beginWithHook = `${begin}; ${limit('statement_timeout', hookPatienceMs)}`;
/** A deadlock, or what a hook's isolation level does not allow. */
const hasMet = (error: unknown): boolean =>
  error instanceof Error && ['40001', '40P01'].includes(String(Reflect.get(error, 'code')));

async function attemptTransaction<TResult>(
  pool: Pool,
  run: (query: Query, client: PoolClient) => Promise<TResult>,
  hasHook: boolean,
): Promise<TResult> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toError(error);
  });
  // While it is out of the pool, the pool does not hear of its errors. Its statements fail by themselves.
  const ignore = () => undefined;
  client.on('error', ignore);
  let isBroken = false;
  try {
    const query = toQuery(client);
    await client.query(hasHook ? beginWithHook : begin).catch((error: unknown) => {
      throw toError(error);
    });
    const result = await run(query, client);
    const { command } = await client.query('commit').catch((error: unknown) => {
      throw toError(error);
    });
    // What the database answers after a statement that has failed, whoever has caught that.
    if (command !== 'COMMIT') {
      throw new Error(
        'A statement of a hook has failed, so nothing of its transaction was stored. Let the hook reject with the error, or use a savepoint.',
      );
    }
    return result;
  } catch (error) {
    // A connection that is still within the transaction must not come to its next user.
    isBroken = await client.query('rollback').then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(isBroken);
  }
}

/** Statements on the pool of a user, which lives on whatever happens to its connections. */
export function openConnection(pool: Pool) {
  if (!heard.has(pool)) {
    heard.add(pool);
    // Node ends a process in which nobody hears of an error. The pool replaces the connection by itself.
    pool.on('error', () => undefined);
  }

  return {
    query: toQuery(pool),

    /** All statements of `run` on one connection, or none of them. It is called again if the transaction has met another one. */
    async transaction<TResult>(
      run: (query: Query, client: PoolClient) => Promise<TResult>,
      { hasHook = false }: { readonly hasHook?: boolean } = {},
    ): Promise<TResult> {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await attemptTransaction(pool, run, hasHook);
        } catch (error) {
          if (!hasMet(error) || attempt === maxAttempts) throw error;
        }
      }
    },
  };
}

export type Connection = ReturnType<typeof openConnection>;
