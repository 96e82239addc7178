import { Redis } from 'ioredis';
import pg from 'pg';

/**
 * Cuts each connection of the engine, as a network does: those of pg-boss by their name, those of BullMQ because there are no others.
 *
 * @param {{ engine: import('./engine-crash.types.ts').EngineName, postgresUrl: string, redisUrl: string | undefined }} where
 */
export async function cutEngine({ engine, postgresUrl, redisUrl }) {
  if (engine === 'bullmq') {
    const redis = new Redis(String(redisUrl));
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    redis.disconnect();
    return;
  }
  const client = new pg.Client({ connectionString: postgresUrl });
  client.on('error', () => {});
  await client.connect();
  await client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'engine'");
  await client.end();
}
