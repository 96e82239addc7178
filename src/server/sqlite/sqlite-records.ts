import { parseJson } from '../../adapters/http/exchange.js';
import type { JsonObject } from '../../machines/generation/generation.port.js';
import { createListeners } from '../store/listeners.js';
import type { RecordShelf, RecordStore, StoredRecord } from '../store/record-store.js';
import type { Connection } from './connection.js';
import { createLooking } from './looking.js';

type Row = { readonly [column: string]: unknown };

const table = 'generation_records';
const ofShelf = 'user_id = ? and backend = ? and shelf = ?';
const argsOf = ({ userId, backend, shelf }: RecordShelf) => [userId, backend, shelf];

const toRecord = (row: Row): StoredRecord => ({
  id: String(row['id']),
  revision: Number(row['revision']),
  value: row['value'] === null ? null : (parseJson(String(row['value'])) as JsonObject),
  key: row['key'] === null ? null : String(row['key']),
  updatedAt: Number(row['updated_at']),
});

const byRevision = (one: StoredRecord, other: StoredRecord) => one.revision - other.revision;

/** The gallery rows in a SQLite file. */
export function sqliteRecords(
  connection: Connection,
  { now, watchMs }: { readonly now: () => number; readonly watchMs: number },
) {
  const listeners = createListeners<RecordShelf>();
  const looking = createLooking(connection, {
    now,
    watchMs,
    async look(since) {
      const { rows } = await connection.read(
        `select distinct user_id, backend, shelf from ${table} where updated_at >= ?`,
        [since],
      );
      for (const { user_id: userId, backend, shelf } of rows) {
        listeners.tell({ userId: String(userId), backend: String(backend), shelf: String(shelf) });
      }
    },
  });

  const select = async (where: string, args: readonly (string | number)[]): Promise<readonly StoredRecord[]> => {
    const { rows } = await connection.read(`select * from ${table} where ${where}`, args);
    return rows.map(toRecord);
  };

  const records: RecordStore = {
    read(shelf, query) {
      if ('ids' in query) {
        const ids = 'id in (select value from json_each(?))';
        return select(`${ofShelf} and ${ids} order by revision`, [...argsOf(shelf), JSON.stringify(query.ids)]);
      }
      const { newerThan, limit } = query;
      return select(`${ofShelf} and revision > ? order by revision limit ?`, [...argsOf(shelf), newerThan, limit]);
    },

    async find({ userId, backend }, keys) {
      const { rows } = await connection.read(
        `select * from ${table} where user_id = ? and backend = ? and key in (select value from json_each(?))`,
        [userId, backend, JSON.stringify(keys)],
      );
      return rows.map(row => ({ ...toRecord(row), shelf: String(row['shelf']) }));
    },

    async write(shelf, writes, maxRecords) {
      const at = now();
      const own = argsOf(shelf);
      const newCount = writes.filter(({ revision }) => revision === 0).length;
      const given = JSON.stringify(
        writes.map(({ value, ...write }) => ({ ...write, value: value && JSON.stringify(value) })),
      );
      const isUnchanged = `not exists (
        select 1 from json_each(?) as w left join ${table} as r
          on r.user_id = ? and r.backend = ? and r.shelf = ? and r.id = w.value ->> 'id'
        where coalesce(r.revision, 0) <> w.value ->> 'revision')`;
      const [before, written, figures] = await connection.write(
        { sql: `select coalesce(max(revision), 0) as newest from ${table} where ${ofShelf}`, args: own },
        {
          sql: `insert into ${table} (user_id, backend, shelf, id, revision, value, key, updated_at)
            select ?, ?, ?, w.value ->> 'id', base.first + w.key, w.value ->> 'value', w.value ->> 'key', ?
            from json_each(?) as w,
              (select max(coalesce(max(revision), 0) + 1, ?) as first from ${table} where ${ofShelf}) as base
            where ${isUnchanged} and (? = 0 or (select count(*) from ${table} where ${ofShelf}) + ? <= ?)
            on conflict (user_id, backend, shelf, id) do update
              set revision = excluded.revision, value = excluded.value, key = excluded.key, updated_at = excluded.updated_at
            returning *`,
          args: [...own, at, given, at, ...own, given, ...own, newCount, ...own, newCount, maxRecords],
        },
        { sql: `select ${isUnchanged} as is_unchanged`, args: [given, ...own] },
      );
      const newest = Number(before?.rows[0]?.['newest']);
      const rows = (written?.rows ?? []).map(toRecord).sort(byRevision);
      if (rows.length === 0 && writes.length > 0) {
        return { kind: figures?.rows[0]?.['is_unchanged'] === 1 ? 'full' : 'changed' };
      }
      if (rows.length > 0) listeners.tell(shelf);
      return { kind: 'written', records: rows, before: newest };
    },

    async erase(shelf, { id, value }) {
      const at = now();
      const own = argsOf(shelf);
      const [inserted] = await connection.write(
        {
          sql: `insert into ${table} (user_id, backend, shelf, id, revision, value, key, updated_at)
            select ?, ?, ?, ?, max(coalesce(max(revision), 0) + 1, ?), ?, null, ? from ${table} where ${ofShelf}
            on conflict (user_id, backend, shelf, id) do update
              set revision = excluded.revision, value = excluded.value, updated_at = excluded.updated_at
            returning *`,
          args: [...own, id, at, value && JSON.stringify(value), at, ...own],
        },
        { sql: `delete from ${table} where ${ofShelf} and id <> ?`, args: [...own, id] },
      );
      listeners.tell(shelf);
      return toRecord(inserted?.rows[0] ?? {});
    },

    async prune(removedBefore) {
      const [deleted] = await connection.write({
        sql: `delete from ${table} where value is null and updated_at < ?`,
        args: [removedBefore],
      });
      return deleted?.rowsAffected ?? 0;
    },

    watch(listener) {
      const stop = listeners.add(listener);
      looking.start();
      return () => {
        stop();
        if (listeners.isEmpty) looking.stop();
      };
    },
  };
  return { records, stopLooking: looking.stop };
}
