import { createGenerationMachine, viewGeneration } from 'generation-lifecycle';
import {
  browserEnvironment,
  fileBackend,
  fileChannels,
  sharedEvents,
  sharedReads,
  toFileUpdates,
} from 'generation-lifecycle/adapters';
import { createActor } from 'xstate';

const shared = sharedEvents(fileChannels({ channelOf: () => 'user.scale' }));
/** @type {import('generation-lifecycle/adapters').SharedReads<import('generation-lifecycle/adapters').FileOutput>} */
const reads = sharedReads({
  async readMany(jobs, { signal }) {
    const response = await fetch(`/api/files?ids=${jobs.map(({ id }) => id)}`, { signal });
    return toFileUpdates(await response.json(), jobs);
  },
});
const machine = createGenerationMachine(
  { ...fileBackend({ kind: 'image' }), events: shared.events, read: reads.read },
  { environment: browserEnvironment() },
);

/** @type {import('xstate').ActorRefFrom<typeof machine>[]} */
let actors = [];
/** By file id, when its result was emitted, in ms since the epoch. @type {Map<string, number>} */
let emittedAt = new Map();
/** @type {Promise<void>} */
let allCompleted = Promise.resolve();

/** Resolves when each generation is streaming and has been read. @param {number} count */
async function start(count) {
  emittedAt = new Map();
  const completions = Array.from({ length: count }, () => {
    const actor = createActor(machine, { input: { id: crypto.randomUUID() } });
    actors.push(actor);
    /** @type {Promise<void>} */
    const completed = new Promise(resolve => {
      actor.on('completed', ({ job }) => {
        emittedAt.set(job.id, performance.timeOrigin + performance.now());
        resolve();
      });
    });
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: 'one of many' } });
    return completed;
  });
  allCompleted = Promise.all(completions).then(() => undefined);
  const isFollowing = (/** @type {(typeof actors)[number]} */ actor) => {
    const snapshot = actor.getSnapshot();
    return viewGeneration(snapshot).status === 'streaming' && snapshot.context.reads.count > 0;
  };
  while (!actors.every(isFollowing)) await new Promise(resolve => setTimeout(resolve, 20));
}

/** Resolves when all generations are completed. */
async function finish() {
  await allCompleted;
  actors = [];
  return [...emittedAt];
}

Object.assign(globalThis, { scale: { start, finish } });
