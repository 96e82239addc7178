import type { InStatement, ResultSet } from '@libsql/client';
import type { InTransaction, StoredJob } from '../store/job-store.js';
import { toStoredJob } from '../store/rows.js';
import type { Connection } from './connection.js';
import type { SqliteTransaction } from './transaction.js';

export const table = 'generation_jobs';

type Written = readonly [job: StoredJob | undefined, ...others: readonly ResultSet[]];

export const toJobs = (result: ResultSet | undefined): readonly StoredJob[] => (result?.rows ?? []).map(toStoredJob);

/** Writes a job by the first of these statements, and does what belongs to that, if it is written. */
export async function writeJob(
  connection: Connection,
  statements: readonly InStatement[],
  within: InTransaction<SqliteTransaction> | undefined,
): Promise<Written> {
  if (!within) {
    const [written, ...others] = await connection.write(...statements);
    return [toJobs(written)[0], ...others];
  }
  return connection.transaction(async (transaction): Promise<Written> => {
    const [written, ...others] = await transaction.batch([...statements]);
    const [job] = toJobs(written);
    const state = job && (await within(transaction, job));
    if (!state) return [job, ...others];
    const sql = `update ${table} set state = ? where id = ? returning *`;
    const changed = await transaction.execute({ sql, args: [JSON.stringify(state), job.id] });
    return [toJobs(changed)[0], ...others];
  });
}
