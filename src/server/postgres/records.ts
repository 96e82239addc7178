import { parseJson } from '../../adapters/http/exchange.js';
import type { JsonObject } from '../../machines/generation/generation.port.js';
import { createListeners } from '../store/listeners.js';
import type { RecordShelf, RecordStore, StoredRecord } from '../store/record-store.js';
import type { Connection, Query, Row } from './connection.js';
import { at, toText } from './rows.js';
import { fromStoredText, toStoredText } from './text.js';

/** Commits may become visible a little after the time that they have written. */
const overlapMs = 2_000;

const ofShelf = 'user_id = $1 and backend = $2 and shelf = $3';
const valuesOf = ({ userId, backend, shelf }: RecordShelf) => [userId, backend, shelf].map(toStoredText);

const toRecord = (row: Row): StoredRecord => ({
  id: fromStoredText(String(row['id'])),
  revision: Number(row['revision']),
  value: row['value'] === null ? null : (parseJson(String(row['value'])) as JsonObject),
  key: row['key'] === null ? null : fromStoredText(String(row['key'])),
  updatedAt: Number(row['updated_at']),
});

const byRevision = (one: StoredRecord, other: StoredRecord) => one.revision - other.revision;

type Options = { readonly schema: string; readonly watchMs: number };

/** The gallery rows in PostgreSQL. Polls for changes by other processes while somebody listens. */
export function postgresRecords(connection: Connection, { schema, watchMs }: Options) {
  const table = `${schema}.generation_records`;
  const { query } = connection;
  const listeners = createListeners<RecordShelf>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWatching = false;

  /** Reports what has changed since then. @returns the time of the look, by the database's clock */
  async function look(since: number | undefined): Promise<number> {
    const rows = await query(
      `with ${at} select distinct ms, user_id, backend, shelf from at left join ${table} on updated_at >= $1::bigint`,
      [since === undefined ? Number.MAX_SAFE_INTEGER : since - overlapMs],
    );
    for (const { user_id: userId, backend, shelf } of rows) {
      const texts = [userId, backend, shelf];
      if (userId === null) continue;
      const [user = '', name = '', place = ''] = texts.map(text => fromStoredText(String(text)));
      listeners.tell({ userId: user, backend: name, shelf: place });
    }
    return Number(rows[0]?.['ms']);
  }

  function plan(since: number | undefined): void {
    const lookAgain = () =>
      void look(since)
        // The next look finds it: what has changed stays so.
        .catch(() => since)
        .then(next => isWatching && plan(next));
    timer = setTimeout(lookAgain, since === undefined ? 0 : watchMs);
  }

  function stopLooking(): void {
    isWatching = false;
    clearTimeout(timer);
  }

  /** Serializes the writes to one list. @returns its newest revision so far, and its number of rows */
  async function lockShelf(run: Query, shelf: RecordShelf) {
    const own = valuesOf(shelf);
    await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [JSON.stringify([table, ...own])]);
    const [row] = await run(
      `with ${at} select ms, (select coalesce(max(revision), 0) from ${table} where ${ofShelf}) as newest,
        (select count(*) from ${table} where ${ofShelf}) as count from at`,
      own,
    );
    return { now: Number(row?.['ms']), newest: Number(row?.['newest']), count: Number(row?.['count']) };
  }

  const readIds = (run: Query, shelf: RecordShelf, ids: readonly string[]) =>
    run(`select * from ${table} where ${ofShelf} and id = any($4::text[]) order by revision`, [
      ...valuesOf(shelf),
      ids.map(toStoredText),
    ]);

  /** Writes rows with consecutive revisions from `first`. */
  async function put(
    run: Query,
    shelf: RecordShelf,
    writes: readonly Pick<StoredRecord, 'id' | 'value' | 'key'>[],
    { first, now }: { readonly first: number; readonly now: number },
  ): Promise<readonly StoredRecord[]> {
    const rows = await run(
      `insert into ${table} (user_id, backend, shelf, id, revision, value, key, updated_at)
        select $1, $2, $3, w.id, $7::bigint + w.place - 1, w.value, w.key, $8::bigint
        from unnest($4::text[], $5::text[], $6::text[]) with ordinality as w (id, value, key, place)
        on conflict (user_id, backend, shelf, id) do update
          set revision = excluded.revision, value = excluded.value, key = excluded.key, updated_at = excluded.updated_at
        returning *`,
      [
        ...valuesOf(shelf),
        writes.map(({ id }) => toStoredText(id)),
        writes.map(({ value }) => value && JSON.stringify(value)),
        writes.map(({ key }) => toText(key)),
        ...[first, now],
      ],
    );
    return rows.map(toRecord).sort(byRevision);
  }

  const records: RecordStore = {
    async read(shelf, asked) {
      if ('ids' in asked) return (await readIds(query, shelf, asked.ids)).map(toRecord);
      const rows = await query(
        `select * from ${table} where ${ofShelf} and revision > $4::bigint order by revision limit $5`,
        [...valuesOf(shelf), asked.newerThan, asked.limit],
      );
      return rows.map(toRecord);
    },

    async find({ userId, backend }, keys) {
      if (keys.length === 0) return [];
      const rows = await query(`select * from ${table} where user_id = $1 and backend = $2 and key = any($3::text[])`, [
        toStoredText(userId),
        toStoredText(backend),
        keys.map(toStoredText),
      ]);
      return rows.map(row => ({ ...toRecord(row), shelf: fromStoredText(String(row['shelf'])) }));
    },

    async write(shelf, writes, maxRecords) {
      const result = await connection.transaction(async run => {
        const { now, newest, count } = await lockShelf(run, shelf);
        const found = await readIds(
          run,
          shelf,
          writes.map(({ id }) => id),
        );
        const known = new Map(found.map(toRecord).map(({ id, revision }) => [id, revision]));
        if (writes.some(({ id, revision }) => (known.get(id) ?? 0) !== revision)) return { kind: 'changed' } as const;
        const newCount = writes.length - known.size;
        if (newCount > 0 && count + newCount > maxRecords) return { kind: 'full' } as const;
        const written = await put(run, shelf, writes, { first: Math.max(newest + 1, now), now });
        return { kind: 'written', records: written, before: newest } as const;
      });
      if (result.kind === 'written' && writes.length > 0) listeners.tell(shelf);
      return result;
    },

    async erase(shelf, { id, value }) {
      const [left] = await connection.transaction(async run => {
        const { now, newest } = await lockShelf(run, shelf);
        await run(`delete from ${table} where ${ofShelf}`, valuesOf(shelf));
        return put(run, shelf, [{ id, value, key: null }], { first: Math.max(newest + 1, now), now });
      });
      listeners.tell(shelf);
      return left as StoredRecord;
    },

    async prune(removedBefore) {
      const deleted = await query(`delete from ${table} where value is null and updated_at < $1::bigint returning id`, [
        removedBefore,
      ]);
      return deleted.length;
    },

    watch(listener) {
      const stop = listeners.add(listener);
      if (!isWatching) {
        isWatching = true;
        plan(undefined);
      }
      return () => {
        stop();
        if (listeners.isEmpty) stopLooking();
      };
    },
  };
  return { records, stopLooking };
}
