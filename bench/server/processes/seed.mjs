/** @import { DurableGenerationServer, JobStore } from 'generation-lifecycle/server' */

/** How many rows are inserted at once. */
const atOnce = 50;

/**
 * Jobs that run: one that was really submitted, and copies of its row under other ids, which are due one after the other.
 *
 * @param {{ server: DurableGenerationServer, store: JobStore, jobs: number, overMs: number }} options
 */
export async function seed({ server, store, jobs, overMs }) {
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
  let next = 0;
  const insert = async () => {
    while (next < jobs) {
      const at = next;
      next += 1;
      const id = `${first.id.slice(0, 40)}-${at}`;
      const state = JSON.parse(text.replaceAll(first.id, id).replaceAll(token.job.id, `${token.job.id}-${at}`));
      const row = { id, userId: `user-${at}`, backend: 'image', key: `key-${at}`, wishHash: null, state };
      // As if somebody had it, who is gone: each is free a little after the one before.
      await store.insert({ ...row, status: 'running' }, { owner: 'seed', ms: Math.ceil((at * overMs) / jobs) + 1 });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, insert));
  // Nobody looks at the one that was copied.
  const row = await store.get(first.id);
  if (row) await store.write(row.id, { version: row.version }, { dueAt: null });
}
