import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

/** Of `utime` and `stime`, in ms. Linux has 100 in a second everywhere. */
const tickMs = 10;

/**
 * What a PostgreSQL does, over all its processes.
 *
 * @param {{ url: string, pid: number }} server
 */
export function watchDatabase({ url, pid }) {
  const client = new pg.Client(url);

  /** CPU time since its start, with that of connections which have ended. */
  function cpuMs() {
    let ticks = 0;
    for (const name of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parts = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const isOwn = Number(name) === pid;
        if (!isOwn && Number(parts[1]) !== pid) continue;
        ticks += Number(parts[11]) + Number(parts[12]) + (isOwn ? Number(parts[13]) + Number(parts[14]) : 0);
      } catch {
        // It has ended meanwhile.
      }
    }
    return ticks * tickMs;
  }

  return {
    async open() {
      await client.connect();
      await client.query('create extension if not exists pg_stat_statements');
    },
    async figures() {
      const { rows } = await client.query(
        `select coalesce(sum(calls), 0)::bigint as calls from pg_stat_statements where query not like '%pg_stat_statements%'`,
      );
      return { cpuMs: process.platform === 'linux' ? cpuMs() : Number.NaN, statements: Number(rows[0]?.calls) };
    },
    /** @param {string} schema */
    async drop(schema) {
      await client.query(`drop schema if exists ${schema} cascade`);
      await client.query(`drop schema if exists ${schema}_boss cascade`);
    },
    end: () => client.end(),
  };
}
