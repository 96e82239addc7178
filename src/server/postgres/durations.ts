import type { DurationHistories } from '../../machines/reads/duration-histories.js';
import type { JobStore } from '../store/job-store.js';
import { historyLimits, toHistoriesOf } from '../store/stored-durations.js';
import type { Query } from './connection.js';
import { fromStoredText, toStoredText } from './text.js';

const { maxJobs, maxLabels } = historyLimits;

/** A row for each job, so that two processes add at once without a look at what the other one adds. */
export const postgresDurations = (query: Query, schema: string): Pick<JobStore, 'readHistories' | 'addDurations'> => ({
  async readHistories(backend): Promise<DurationHistories> {
    const rows = await query(
      `select label, from_ms, to_ms from ${schema}.generation_durations where backend = $1 order by id`,
      [toStoredText(backend)],
    );
    return toHistoriesOf(
      rows.map(({ label, from_ms: from, to_ms: to }) => ({
        label: fromStoredText(String(label)),
        duration: [Number(from), to === null ? null : Number(to)],
      })),
    );
  },

  async addDurations(backend, added) {
    if (added.length === 0) return;
    const table = `${schema}.generation_durations`;
    await query(
      `insert into ${table} (backend, label, from_ms, to_ms)
        select $1, label, from_ms, to_ms
          from unnest($2::text[], $3::float8[], $4::float8[]) with ordinality as added (label, from_ms, to_ms, place)
          order by place`,
      [
        toStoredText(backend),
        added.map(({ label }) => toStoredText(label)),
        added.map(({ duration: [from] }) => String(from)),
        added.map(({ duration: [, to] }) => (to === null ? null : String(to))),
      ],
    );
    // What another process deletes now is its business: two that wait for each other's rows would wait for ever.
    await query(
      `delete from ${table} where id = any(array(
        select id from ${table} where backend = $1 and (
          id not in (
            select id from (
              select id, row_number() over (partition by label order by id desc) as place from ${table} where backend = $1
            ) as placed where place <= ${maxJobs}
          )
          or label not in (
            select label from ${table} where backend = $1 group by label order by max(id) desc limit ${maxLabels}
          )
        ) for update skip locked
      ))`,
      [toStoredText(backend)],
    );
  },
});
