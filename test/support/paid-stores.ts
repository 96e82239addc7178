import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@libsql/client';
import type { JobStore } from 'generation-lifecycle/server';
import { type PostgresTransaction, postgresJobs } from 'generation-lifecycle/server/postgres';
import { type SqliteTransaction, sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { onTestFinished } from 'vitest';
import { firstBalance, ledgerHooks, readBalance, readLines, tables } from '../../scripts/crash/money/ledger.mjs';
import type { Ledger, LedgerLine } from '../../scripts/crash/money/ledger.types.js';
import type { postgresForTests } from './postgres.js';

export type Transaction = SqliteTransaction & PostgresTransaction;

/** A store with the tables of a ledger in its database. */
export type PaidStore = {
  readonly store: JobStore<Transaction>;
  readonly hooks: ReturnType<typeof ledgerHooks<Transaction>>;
  readonly ledger: () => Promise<Ledger>;
};

const toLedger = (lines: unknown, balance: unknown): Ledger => ({
  lines: JSON.parse(JSON.stringify(lines)) as LedgerLine[],
  balance: Number(balance),
});

export async function paidSqlite(): Promise<PaidStore> {
  const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
  const url = `file:${path.join(folder, 'jobs.db')}`;
  const store = sqliteJobs({ url });
  const client = createClient({ url });
  onTestFinished(async () => {
    await store.close();
    client.close();
    await rm(folder, { recursive: true, force: true });
  });
  await store.migrate();
  for (const statement of [...tables, firstBalance]) await client.execute(statement);
  return {
    store: store as unknown as JobStore<Transaction>,
    hooks: ledgerHooks((tx, sql, values) => tx.execute({ sql, args: [...values] })),
    async ledger() {
      const [lines, balance] = [await client.execute(readLines), await client.execute(readBalance)];
      return toLedger(lines.rows, balance.rows[0]?.['balance']);
    },
  };
}

export async function paidPostgres(postgres: ReturnType<typeof postgresForTests>): Promise<PaidStore> {
  const schema = postgres.newSchema();
  const pool = postgres.openPool({ options: `-c search_path=${schema}` });
  const store = postgresJobs(pool, { schema, listen: false });
  onTestFinished(() => store.close());
  await store.migrate();
  for (const statement of [...tables, firstBalance]) await pool.query(statement);
  return {
    store: store as unknown as JobStore<Transaction>,
    hooks: ledgerHooks((tx, sql, values) => tx.query(sql, [...values])),
    async ledger() {
      const [lines, balance] = [await pool.query(readLines), await pool.query(readBalance)];
      return toLedger(lines.rows, balance.rows[0]?.balance);
    },
  };
}
