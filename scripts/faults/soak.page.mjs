import { createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, fileBackend } from 'generation-lifecycle/adapters';
import { createActor } from 'xstate';
import { inParallel } from './pool.mjs';
import { scaledPolicy } from './scale.mjs';

/**
 * @typedef {{ id: string, name: string, faults: string }} SoakRun
 * @typedef {{ id: string, outcomes: string[] }} Ended
 */

/** The runs in flight, by generation id, which is also the idempotency key. @type {Map<string, SoakRun>} */
const runs = new Map();

/** One machine for all runs; each submit carries the faults of its run. */
const machine = createGenerationMachine(
  fileBackend({
    kind: 'image',
    fetch: (url, init) => {
      const headers = new Headers(init.headers);
      const run = runs.get(headers.get('idempotency-key') ?? '');
      if (run) {
        headers.set('x-studio-faults', run.faults);
        headers.set('x-fault-row', encodeURIComponent(run.name));
      }
      return fetch(url, { ...init, headers });
    },
  }),
  { policy: scaledPolicy, environment: browserEnvironment() },
);

/**
 * Runs all, `atOnce` at a time, and returns every outcome of each run, also those after the first.
 * @param {readonly SoakRun[]} all @param {number} atOnce @param {number} lingerMs
 * @returns {Promise<Ended[]>}
 */
async function soak(all, atOnce, lingerMs) {
  const results = await inParallel(all, atOnce, async run => {
    const { id, name } = run;
    runs.set(id, run);
    /** @type {string[]} */
    const outcomes = [];
    const actor = createActor(machine, { input: { id } });
    /** @type {Promise<void>} */
    const ended = new Promise(resolve => {
      actor.on('*', emitted => {
        if (emitted.type === 'submitted') return;
        outcomes.push(emitted.type === 'failed' ? emitted.failure.code : emitted.type);
        resolve();
      });
    });
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: name, resolution: { width: 64, height: 64 } } });
    await ended;
    runs.delete(id);
    return { id, outcomes };
  });
  await new Promise(resolve => setTimeout(resolve, lingerMs));
  return results;
}

Object.assign(globalThis, { soak });
