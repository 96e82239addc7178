import type { PoolClient } from 'pg';
import type { InTransaction, StoredJob } from '../store/job-store.js';
import { markStoreError } from '../store/store-errors.js';
import type { Query } from './connection.js';
import { toJob } from './rows.js';
import { toStoredText } from './text.js';

/** What hooks write with on PostgreSQL: statements that are stored together with the job, or not at all. */
export type PostgresTransaction = Pick<PoolClient, 'query'>;

/** A client for as long as its transaction is open: afterwards, it is somebody else's. */
function lend(client: PoolClient) {
  let isOver = false;
  const query = (...given: readonly unknown[]): unknown => {
    if (isOver) {
      throw new TypeError(
        'A hook has used its transaction after the end of it. Nothing was written by that. Await each statement within the hook, and keep no reference to the transaction.',
      );
    }
    const answer: unknown = Reflect.apply(client.query, client, given);
    // A statement that nobody awaits must not end the process when it fails.
    if (answer instanceof Promise) answer.catch(markStoreError);
    return answer;
  };
  const lent: PostgresTransaction = { query: query as PoolClient['query'] };
  return {
    lent,
    end(): void {
      isOver = true;
    },
  };
}

/** Does what belongs to a write, within its transaction. @returns the job as it is stored then */
export async function runWithin(
  within: InTransaction<PostgresTransaction>,
  job: StoredJob,
  { run, client, table }: { readonly run: Query; readonly client: PoolClient; readonly table: string },
): Promise<StoredJob> {
  const { lent, end } = lend(client);
  const state = await within(lent, job).finally(end);
  if (!state) return job;
  const rows = await run(`update ${table} set state = $2 where id = $1 returning *`, [
    toStoredText(job.id),
    JSON.stringify(state),
  ]);
  const [changed = job] = rows.map(toJob);
  return changed;
}
