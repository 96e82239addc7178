import { addDuration, createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { fileBackend, memoryStore } from 'generation-lifecycle/adapters';
import { createActor } from 'xstate';
import { statesBackend } from './states-backend.mjs';

/** @import { DurationHistory, GenerationAdapter, GenerationMachine } from 'generation-lifecycle' */
/** @import { Follow } from './client.types.js' */

/** @param {string} url */
const files = url => fileBackend({ kind: 'image', baseUrl: `${url}/file/-`, canCancel: true });

/**
 * One machine for all jobs, and an actor for each.
 *
 * @template TOutput
 * @param {(url: string) => GenerationAdapter<{ prompt: string }, TOutput>} toAdapter
 * @param {(output: TOutput) => string} toUrl
 * @param {(classMs: number) => DurationHistory} [toHistory]
 * @returns {Follow}
 */
function actors(toAdapter, toUrl, toHistory) {
  /** @type {GenerationMachine<{ prompt: string }, TOutput> | undefined} */
  let machine;
  return ({ url, key, classMs, signal, deliver }) => {
    machine ??= createGenerationMachine(toAdapter(url));
    const actor = createActor(machine, { input: { id: key, ...(toHistory && { history: toHistory(classMs) }) } });
    signal.addEventListener('abort', () => actor.send({ type: 'CANCEL' }));
    actor.on('completed', ({ output }) => deliver(toUrl(output)));
    const ended = new Promise(resolve => actor.subscribe({ complete: () => resolve(undefined) }));
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: key } });
    return ended;
  };
}

const firstUrl = (/** @type {import('generation-lifecycle/adapters').FileOutput} */ output) =>
  output.files[0]?.url ?? '';

const earlierJobs = 20;

/**
 * What a page knows that has followed some jobs of this kind: they took up to a second more or less. A read each second has seen their ends.
 *
 * @param {number} classMs
 */
function toHistory(classMs) {
  /** @type {DurationHistory | undefined} */
  let history;
  for (let n = 0; n < earlierJobs; n += 1) {
    // Each of them once, in an order that says nothing: 7 and 20 have no common divisor.
    const ms = classMs + 2_000 * ((((n * 7) % earlierJobs) + 0.5) / earlierJobs - 0.5);
    history = addDuration(history, [Math.max(0, ms - 500), ms + 500]);
  }
  return /** @type {DurationHistory} */ (history);
}

/** @param {string} url */
function withoutStream(url) {
  const { events: _, ...adapter } = files(url);
  return adapter;
}

/** @type {ReturnType<typeof createClient> | undefined} */
let client;

/** @param {string} url */
const createClient = url =>
  createGenerationClient({
    name: 'bench',
    generation: createGenerationMachine(files(url)),
    toItems: output => output.files.map(file => ({ url: file.url })),
    store: memoryStore(),
    // All jobs of a run at once, as the other clients do it.
    concurrency: 1_000,
    limit: 1_000,
  });

/** @type {Follow} */
const throughClient = async ({ url, key, signal, deliver }) => {
  client ??= createClient(url);
  const { id } = client.generate({ prompt: key });
  signal.addEventListener('abort', () => client?.send({ type: 'CANCEL', id }));
  return new Promise(resolve => {
    client?.on('*', event => {
      if (event.id !== id) return;
      if (event.type === 'generation.completed') deliver(event.items[0]?.url ?? '');
      if (['generation.completed', 'generation.failed', 'generation.cancelled'].includes(event.type))
        resolve(undefined);
    });
  });
};

export const clients = {
  'ours, fileBackend': actors(files, firstUrl),
  'ours, states': actors(statesBackend, ({ url }) => url),
  'ours, client with memory store': throughClient,
  'ours, reads only': actors(withoutStream, firstUrl),
  'ours, reads with history': actors(withoutStream, firstUrl, toHistory),
};
