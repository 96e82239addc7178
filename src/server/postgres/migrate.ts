import type { Connection, Query } from './connection.js';
import { type Migration, migrations } from './schema.js';

type Found = { readonly version: number; readonly compatibleFrom: number };

/** The schema of a database; version 0 for one without tables. */
async function findVersion(query: Query, schema: string): Promise<Found> {
  const [there] = await query('select to_regclass($1) is not null as known', [`${schema}.generation_schema`]);
  if (there?.['known'] !== true) return { version: 0, compatibleFrom: 0 };
  const [row] = await query(
    `select version, compatible_from from ${schema}.generation_schema order by version desc limit 1`,
  );
  return { version: Number(row?.['version'] ?? 0), compatibleFrom: Number(row?.['compatible_from'] ?? 0) };
}

/** @returns whether the tables are as new as this version of the library wants them */
function isReady({ version, compatibleFrom }: Found, known: number): boolean {
  if (version > known && compatibleFrom > known) {
    throw new TypeError(
      `The database has the schema ${version}, which needs a library that knows schema ${compatibleFrom}, and this version knows ${known}. Update the library before you start it.`,
    );
  }
  return version >= known;
}

/**
 * Brings the tables to the newest form, while processes of an older version go on. One process at a time does so, in one transaction. Tables of
 * a later version are left as they are.
 *
 * @throws TypeError for a database that a later version has made, and that says that this one cannot work on it
 */
export async function migrate(
  connection: Connection,
  schema: string,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  // Without a lock, and with no right to change tables, which the user of an app may lack.
  if (isReady(await findVersion(connection.query, schema), steps.length)) return;
  await connection.transaction(async query => {
    await query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`generation-lifecycle:migrate:${schema}`]);
    // A change of a table that waits for a lock lets everybody else wait behind it.
    await query(`set local lock_timeout = '15s'`);
    const [{ known } = { known: false }] = await query('select to_regnamespace($1) is not null as known', [schema]);
    if (known !== true) await query(`create schema if not exists ${schema}`);
    await query(
      `create table if not exists ${schema}.generation_schema (
        version integer primary key,
        compatible_from integer not null,
        migrated_at timestamptz not null default now()
      )`,
    );
    const found = await findVersion(query, schema);
    if (isReady(found, steps.length)) return;
    for (const [at, { compatibleFrom, statements }] of steps.entries()) {
      if (at < found.version) continue;
      for (const statement of statements(schema)) await query(statement);
      await query(`insert into ${schema}.generation_schema (version, compatible_from) values ($1, $2)`, [
        at + 1,
        compatibleFrom,
      ]);
    }
  });
}
