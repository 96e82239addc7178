import { createGenerationMachine } from 'generation-lifecycle';
import { assign, createActor, fromCallback, SimulatedClock, setup } from 'xstate';
import { median } from './median.mjs';

const events = 20_000;
const rounds = 25;

/** @param {AbortSignal} [signal] */
async function* progress(signal) {
  for (let n = 1; n <= events; n += 1) {
    if (signal?.aborted) return;
    yield { kind: /** @type {const} */ ('pending'), progress: n / events, message: 'Rendering' };
  }
  await new Promise(() => {});
}

const minimal = setup({
  types: /** @type {{ context: { progress: number; message: string } }} */ ({}),
  actors: {
    listen: fromCallback(({ sendBack }) => {
      void (async () => {
        for await (const update of progress()) sendBack({ type: 'job.progressed', update });
      })();
    }),
  },
  actions: { store: assign(({ event }) => ({ progress: event['update'].progress, message: event['update'].message })) },
});
const start = /** @type {const} */ ({ context: { progress: 0, message: '' }, initial: 'following' });
const listening = /** @type {const} */ ({ invoke: { src: 'listen' }, on: { 'job.progressed': { actions: 'store' } } });

/** The least that a machine can do: one state that stores what its child sends. */
const bare = minimal.createMachine({ ...start, states: { following: listening } });

const twoRegions = /** @type {const} */ ({
  stream: { initial: 'listening', states: { listening: { ...listening, initial: 'open', states: { open: {} } } } },
  reads: { initial: 'watching', states: { watching: {} } },
});
const clock = /** @type {const} */ ({ initial: 'running', states: { running: {} } });

// With nested and parallel states, to measure XState's cost of the shape of the chart.
const withoutClock = minimal.createMachine({
  ...start,
  states: { following: { type: 'parallel', states: twoRegions } },
});
const sameShape = minimal.createMachine({
  ...start,
  states: { following: { type: 'parallel', states: { ...twoRegions, clock } } },
});

const generation = createGenerationMachine({
  submit: async () => ({ job: { id: 'job' } }),
  read: () => new Promise(() => {}),
  events: (_job, { signal, onOpen }) => {
    onOpen();
    return progress(signal);
  },
});

/** CPU time of this process. What else the machine does is not in it. */
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
};

/**
 * @param {{ subscribe(observer: (snapshot: any) => void): unknown; start(): unknown; send(event: any): void }} actor
 * @param {(snapshot: any) => number | undefined} progressIn
 */
async function secondsFedByChild(actor, progressIn) {
  const done = new Promise(resolve =>
    actor.subscribe(snapshot => {
      if (progressIn(snapshot) === 1) resolve(undefined);
    }),
  );
  const startedAt = cpuSeconds();
  actor.start();
  actor.send({ type: 'GENERATE', input: {} });
  await done;
  return cpuSeconds() - startedAt;
}

/** @param {{ send(event: any): void }} actor */
function secondsSent(actor) {
  const startedAt = cpuSeconds();
  for (let n = 1; n <= events; n += 1) {
    actor.send({ type: 'job.progressed', update: { kind: 'pending', progress: n / events, message: 'Rendering' } });
  }
  return cpuSeconds() - startedAt;
}

/** Progress events per second relative to a bare machine, median of the rounds. */
export async function measureProgress() {
  const fed = [];
  const sent = [];
  const shape = [];
  const noClock = [];
  for (let round = 0; round < rounds; round += 1) {
    const clock = new SimulatedClock();
    const bareActor = createActor(bare, { clock });
    const shapeActor = createActor(sameShape, { clock });
    const noClockActor = createActor(withoutClock, { clock });
    const actor = createActor(generation, { clock, input: { id: `${round}` } });
    const bareSeconds = await secondsFedByChild(bareActor, snapshot => snapshot.context.progress);
    shape.push(bareSeconds / (await secondsFedByChild(shapeActor, snapshot => snapshot.context.progress)));
    noClock.push(bareSeconds / (await secondsFedByChild(noClockActor, snapshot => snapshot.context.progress)));
    fed.push(bareSeconds / (await secondsFedByChild(actor, snapshot => snapshot.context.shown.progress)));
    sent.push(secondsSent(bareActor) / secondsSent(actor));
    for (const one of [bareActor, shapeActor, noClockActor, actor]) one.stop();
  }
  return { fed: median(fed), sent: median(sent), shape: median(shape), withoutClock: median(noClock) };
}
