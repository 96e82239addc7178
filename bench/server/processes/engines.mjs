/** @import { GenerationEngine } from 'generation-lifecycle/server' */
/** @import { EngineName, StoreChoice } from '../bench.types.ts' */

/**
 * The engine outside of the process; `undefined` for its own.
 *
 * @param {EngineName} name @param {StoreChoice} store @param {number | undefined} redisPort
 * @returns {Promise<{ engine: GenerationEngine, close: () => Promise<void> } | undefined>}
 */
export async function openEngine(name, store, redisPort) {
  if (name === 'pg-boss' && store.kind === 'postgres') {
    const [{ pgBossEngine }, { PgBoss }] = await Promise.all([
      import('generation-lifecycle/server/pg-boss'),
      import('pg-boss'),
    ]);
    const boss = new PgBoss({ connectionString: store.url, schema: `${store.schema}_boss` });
    boss.on('error', error => console.error(error));
    await boss.start();
    return { engine: pgBossEngine(boss, { concurrency: 200 }), close: () => boss.stop({ graceful: false }) };
  }
  if (name === 'bullmq') {
    // A name that is made when it runs: an entry point that may be missing.
    const entry = ['generation-lifecycle', 'server', 'bullmq'].join('/');
    const { bullmqEngine } = await import(entry);
    const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null };
    return { engine: bullmqEngine({ connection }), close: async () => undefined };
  }
  return undefined;
}
