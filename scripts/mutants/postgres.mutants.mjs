/** @import { Mutant } from './mutant.types.js' */

const stores = ['test/server/store/conformance.test.ts'];
const changes = ['test/server/postgres/changes.test.ts'];
const attacks = ['test/server/postgres/attacks.test.ts'];
const migrated = ['test/server/postgres/migrations.test.ts'];

/** What goes wrong among processes on one PostgreSQL. @type {readonly Mutant[]} */
export const postgresMutants = [
  {
    name: 'postgres: counts before the insert of another process is visible',
    family: 'limits hold among processes',
    file: 'src/server/postgres/insert.ts',
    find: 'await lockLimits(run);',
    replace: '',
    caughtBy: stores,
  },
  {
    name: 'postgres: writes over what another process has written',
    family: 'a write knows what it changes',
    file: 'src/server/postgres/postgres-jobs.ts',
    find: 'where id = $1 and version = $2 and',
    replace: 'where id = $1 and version >= $2 and',
    caughtBy: stores,
  },
  {
    name: 'postgres: gives a job whose lease runs to another process',
    family: 'a lease has one owner',
    file: 'src/server/postgres/claims.ts',
    find: 'and (owner is null or lease_until <= (select ms from at))',
    replace: 'and (owner is null or lease_until <> (select ms from at))',
    caughtBy: stores,
  },
  {
    name: 'postgres: takes jobs from others when it claims many at once',
    family: 'a lease has one owner',
    file: 'src/server/postgres/claims.ts',
    find: 'where id = any($1::text[]) and (owner is null or lease_until <= (select ms from at))',
    replace: 'where id = any($1::text[])',
    caughtBy: ['test/server/postgres/claims.test.ts'],
  },
  {
    name: 'postgres: tells of a change before it is committed',
    family: 'a notice tells what can be read',
    file: 'src/server/postgres/insert.ts',
    find: 'if (inserted) return',
    replace:
      "if (inserted) await connection.query('select pg_notify($1, $2)', [table.replace('public.', ''), JSON.stringify({ by: 'x', look: false, jobs: [[job.id, job.userId, job.backend, 1]] })]);\n    if (inserted) return",
    caughtBy: changes,
  },
  {
    name: 'postgres: begins a look where the last one was, and misses what commits late',
    family: 'a change is seen by every process',
    file: 'src/server/postgres/changes.ts',
    find: 'select pg_snapshot_xmin(snapshot)::text as horizon, id, user_id',
    replace: 'select pg_snapshot_xmax(snapshot)::text as horizon, id, user_id',
    caughtBy: changes,
  },
  {
    name: 'postgres: does not look at what has changed while nobody listened',
    family: 'a change is seen by every process',
    file: 'src/server/postgres/changes.ts',
    find: 'if (!isStopped) lookNow();',
    replace: '',
    caughtBy: changes,
  },
  {
    name: 'postgres: makes one key of two',
    family: 'a key is one per generation',
    file: 'src/server/postgres/text.ts',
    find: 'const unstorable = /[\\0\\\\]|\\p{Surrogate}/gu;',
    replace: 'const unstorable = /[\\0\\\\]/gu;',
    caughtBy: attacks,
  },
  {
    name: 'postgres: works on tables that it does not know',
    family: 'versions work side by side',
    file: 'src/server/postgres/migrate.ts',
    find: 'version > known && compatibleFrom > known',
    replace: 'version > known && compatibleFrom > version',
    caughtBy: migrated,
  },
  {
    name: 'postgres: makes the tables twice',
    family: 'versions work side by side',
    file: 'src/server/postgres/migrate.ts',
    find: 'if (isReady(found, steps.length)) return;',
    replace: '',
    caughtBy: migrated,
  },
  {
    name: 'engine: waits for its next look where there is room again',
    family: 'a step is made when it is due',
    file: 'src/server/engine/engine.ts',
    find: 'isCrowded = isFull;',
    replace: 'isCrowded = false;',
    caughtBy: ['test/server/engine-throughput.test.ts'],
  },
  {
    name: 'postgres: lets a process that stands still keep its row',
    family: 'a lease that is over gives its job to another process',
    file: 'src/server/postgres/connection.ts',
    find: 'hookPatienceMs + 5_000',
    replace: 'hookPatienceMs * 0',
    caughtBy: ['test/server/money/processes.test.ts'],
  },
];
