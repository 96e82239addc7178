import type { PgBoss } from 'pg-boss';

const table = `create table if not exists generation_turns (
  backend text primary key,
  free_at timestamptz not null
)`;

/** When the next turn is, and the row then says when the one after the last of these is. */
const take = `insert into generation_turns as turns (backend, free_at)
  values ($1, clock_timestamp() + $2 * interval '1 millisecond')
  on conflict (backend) do update
    set free_at = greatest(turns.free_at, clock_timestamp()) + $2 * interval '1 millisecond'
  returning extract(epoch from free_at - clock_timestamp()) * 1000 as ms`;

/**
 * Turns of a backend, over all processes: one row says when the next one is free. pg-boss limits how many jobs are active, and not how many begin
 * in a second.
 */
export function createTurns(boss: Pick<PgBoss, 'getDb'>) {
  return {
    async prepare(): Promise<void> {
      // Two processes at once: the one that is slower is told that the table is there.
      await boss
        .getDb()
        .executeSql(table)
        .catch(() => boss.getDb().executeSql(table));
    },
    /** Takes this many turns. @returns how long it is until each of them, in ms */
    async take(backend: string, count: number, perSecond: number): Promise<readonly number[]> {
      const eachMs = 1_000 / perSecond;
      const { rows } = await boss.getDb().executeSql(take, [backend, count * eachMs]);
      const firstMs = Number(rows[0]?.ms) - count * eachMs;
      return Array.from({ length: count }, (_, at) => Math.max(0, firstMs + at * eachMs));
    },
  };
}
