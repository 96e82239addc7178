/** @import { DurableGenerationServer, GenerationEngine, JobStore } from 'generation-lifecycle/server' */

/** How many rows are written at once. */
const atOnce = 50;

/**
 * Jobs that run: one that was really submitted, and copies of its row under other ids, which are due one after the other. The engine is told of
 * each, as the server half tells it of what it writes itself.
 *
 * @param {{
 *   server: DurableGenerationServer,
 *   store: JobStore,
 *   engine: GenerationEngine | undefined,
 *   jobs: number,
 *   overMs: number,
 * }} options
 */
export async function seed({ server, store, engine, jobs, overMs }) {
  const answer = await server.handle(
    new Request('http://localhost/api/generations/image/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'seed', host: 'localhost' },
      body: JSON.stringify({ input: { prompt: 'a lighthouse' } }),
    }),
  );
  if (!answer.ok) throw new Error(`The submit of the seed was answered with ${answer.status}: ${await answer.text()}`);
  const first = await store.findByKey('seed', 'seed');
  if (!first) throw new Error('The seed has no row.');
  const token = Object(first.state['token']);
  const text = JSON.stringify(first.state);
  const owner = 'seed';
  const all = Array.from({ length: jobs }, (_, at) => ({ at, id: `${first.id.slice(0, 40)}-${at}` }));
  await eachOf(all, async ({ at, id }) => {
    const state = JSON.parse(text.replaceAll(first.id, id).replaceAll(token.job.id, `${token.job.id}-${at}`));
    const row = { id, userId: `user-${at}`, backend: 'image', key: `key-${at}`, wishHash: null, state };
    await store.insert({ ...row, status: 'running' }, { owner, ms: 600_000 });
  });
  const now = await store.now();
  await eachOf(all, async ({ at, id }) => {
    const dueAt = now + Math.ceil((at * overMs) / jobs);
    const row = await store.get(id);
    const written = row && (await store.write(id, { version: row.version, owner }, { dueAt, release: true }));
    if (!written) throw new Error(`Job ${id} could not be given back.`);
    const wake = { id, backend: 'image', version: written.version, dueAt, wakeKey: `${id}-${written.version}` };
    await engine?.schedule([{ ...wake, delayMs: dueAt - now }]);
  });
  // Nobody looks at the one that was copied.
  const row = await store.get(first.id);
  if (row) await store.write(row.id, { version: row.version }, { dueAt: null });
}

/** @template TItem @param {readonly TItem[]} items @param {(item: TItem) => Promise<void>} work */
async function eachOf(items, work) {
  const left = items.values();
  const some = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, some));
}
