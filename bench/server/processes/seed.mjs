/** @import { DurableGenerationServer, GenerationEngine, JobStore, StoredJob } from 'generation-lifecycle/server' */

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
 * @returns when the first of them is due
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
  const first = await afterItsFirstSteps(server, store);
  const token = Object(first.state['token']);
  const text = JSON.stringify(first.state);
  const owner = 'seed';
  const all = Array.from({ length: jobs }, (_, at) => ({ at, id: `${first.id.slice(0, 40)}-${at}` }));
  const startedAt = Date.now();
  const rows = await eachOf(all, async ({ at, id }) => {
    const state = JSON.parse(text.replaceAll(first.id, id).replaceAll(token.job.id, `${token.job.id}-${at}`));
    const row = { id, userId: `user-${at}`, backend: 'image', key: `key-${at}`, wishHash: null, state };
    const inserted = await store.insert({ ...row, status: 'running' }, { owner, ms: 600_000 });
    if (inserted.kind !== 'inserted') throw new Error(`Job ${id} is there already.`);
    return { at, row: inserted.job };
  });
  const now = await store.now();
  // Once all of them are written: a backlog from the start is another measurement.
  const firstDueAt = now + 4_000 + 2 * (Date.now() - startedAt);
  const wakes = await eachOf(rows, async ({ at, row: { id, version, state } }) => {
    const dueAt = firstDueAt + Math.ceil((at * overMs) / jobs);
    const row = await store.write(id, { version, owner }, { state: readAt(state, dueAt), dueAt, release: true });
    if (!row) throw new Error(`Job ${id} could not be given back.`);
    return { id, backend: 'image', version: row.version, dueAt, wakeKey: `${id}-${row.version}` };
  });
  const toldAt = await store.now();
  await engine?.schedule(wakes.map(wake => ({ ...wake, delayMs: Math.max(0, wake.dueAt - toldAt) })));
  if (Date.now() > firstDueAt) throw new Error(`The seed took ${Date.now() - now} ms: the first of its jobs are late.`);
  // Nobody looks at the one that was copied.
  const row = await store.get(first.id);
  if (row) await store.write(row.id, { version: row.version }, { dueAt: null });
  return { firstDueAt };
}

/** A state whose next read is at this time. @param {StoredJob['state']} state @param {number} at @returns {StoredJob['state']} */
function readAt(state, at) {
  const position = Object(state['position']);
  const isRead = (/** @type {string} */ name) => name.includes('.pollDelay.');
  const delays = Object.entries(position.delays).map(([name, value]) => [name, isRead(name) ? at : value]);
  if (!delays.some(([name]) => isRead(name))) throw new Error('The seed does not wait for its next read.');
  return { ...state, position: { ...position, delays: Object.fromEntries(delays) } };
}

/** Once it is read, and due in a while: what comes first would be counted as two steps. @param {DurableGenerationServer} server @param {JobStore} store */
async function afterItsFirstSteps(server, store) {
  for (let version = -1; ; ) {
    const row = await store.findByKey('seed', 'seed');
    if (!row) throw new Error('The seed has no row.');
    if (row.version === version) return row;
    version = row.version;
    await server.sweep();
  }
}

/** @template TItem, TMade @param {readonly TItem[]} items @param {(item: TItem) => Promise<TMade>} make */
async function eachOf(items, make) {
  const left = items.values();
  /** @type {TMade[]} */
  const made = [];
  const some = async () => {
    for (const item of left) made.push(await make(item));
  };
  await Promise.all(Array.from({ length: atOnce }, some));
  return made;
}
