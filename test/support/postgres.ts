import pg from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { startPostgres } from '../../scripts/services/postgres.mjs';

type Server = Awaited<ReturnType<typeof startPostgres>>;

let schemas = 0;

/** A PostgreSQL for the tests of a file. Each test has schemas and pools of its own. */
export function postgresForTests() {
  let server: Server | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  const running = (): Server => {
    if (!server) throw new Error('PostgreSQL runs within tests only.');
    return server;
  };
  return {
    get server(): Server {
      return running();
    },
    /** The name of a schema that nobody has. `migrate()` makes it. */
    newSchema: () => {
      schemas += 1;
      return `test_${schemas}`;
    },
    /** A pool, as a process has one, that ends with the test. */
    openPool(config: pg.PoolConfig = {}): pg.Pool {
      const pool = new pg.Pool({ connectionString: running().url, max: 4, ...config });
      const closed: Promise<void>[] = [];
      pool.on('connect', client => {
        closed.push(new Promise(resolve => client.once('end', resolve)));
      });
      onTestFinished(async () => {
        // It resolves before the connections are closed, and a server that stops earlier ends them with an error that nobody hears.
        await pool.end();
        await Promise.all(closed);
      });
      return pool;
    },
  };
}
