import type { InStatement } from '@libsql/client';
import type { DurationHistories } from '../../machines/reads/duration-histories.js';
import type { JobStore } from '../store/job-store.js';
import { historyLimits, toHistoriesOf } from '../store/stored-durations.js';
import type { Connection } from './connection.js';

const table = 'generation_durations';
const { maxJobs, maxLabels } = historyLimits;

/** A row for each job, so that two processes add at once without a look at what the other one adds. */
export const sqliteDurations = (connection: Connection): Pick<JobStore, 'readHistories' | 'addDurations'> => ({
  async readHistories(backend): Promise<DurationHistories> {
    const { rows } = await connection.read(`select label, from_ms, to_ms from ${table} where backend = ? order by id`, [
      backend,
    ]);
    return toHistoriesOf(
      rows.map(({ label, from_ms: from, to_ms: to }) => ({
        label: String(label),
        duration: [Number(from), to === null ? null : Number(to)],
      })),
    );
  },

  async addDurations(backend, added) {
    if (added.length === 0) return;
    const inserts = added.map(
      ({ label, duration: [from, to] }): InStatement => ({
        sql: `insert into ${table} (backend, label, from_ms, to_ms) values (?, ?, ?, ?)`,
        args: [backend, label, from, to],
      }),
    );
    const newest = `select id from (
      select id, row_number() over (partition by label order by id desc) as place from ${table} where backend = ?
    ) where place <= ${maxJobs}`;
    const labels = `select label from ${table} where backend = ? group by label order by max(id) desc limit ${maxLabels}`;
    await connection.write(...inserts, {
      sql: `delete from ${table} where backend = ? and (id not in (${newest}) or label not in (${labels}))`,
      args: [backend, backend, backend],
    });
  },
});
