import { createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, fileBackend } from 'generation-lifecycle/adapters';
import { createActor } from 'xstate';
import { inParallel } from './pool.mjs';
import { scaledPolicy } from './scale.mjs';

/**
 * @typedef {{ id: string, name: string, faults: string }} Commission
 * @typedef {{ id: string, ends: string[] }} Ended
 */

/** What is on its way, by its id, which is also its key. @type {Map<string, Commission>} */
const commissions = new Map();

/** One machine for the page; each submit takes the faults of its own commission along. */
const machine = createGenerationMachine(
  fileBackend({
    kind: 'image',
    fetch: (url, init) => {
      const headers = new Headers(init.headers);
      const commission = commissions.get(headers.get('idempotency-key') ?? '');
      if (commission) {
        headers.set('x-studio-faults', commission.faults);
        headers.set('x-fault-row', encodeURIComponent(commission.name));
      }
      return fetch(url, { ...init, headers });
    },
  }),
  { policy: scaledPolicy, environment: browserEnvironment() },
);

/**
 * Runs them, so many at a time, and tells every outcome of each, also those that came after the first.
 * @param {readonly Commission[]} all @param {number} atOnce @param {number} lingerMs
 * @returns {Promise<Ended[]>}
 */
async function soak(all, atOnce, lingerMs) {
  const ended = await inParallel(all, atOnce, async commission => {
    const { id, name } = commission;
    commissions.set(id, commission);
    /** @type {string[]} */
    const ends = [];
    const actor = createActor(machine, { input: { id } });
    /** @type {Promise<void>} */
    const over = new Promise(resolve => {
      actor.on('*', emitted => {
        if (emitted.type === 'submitted') return;
        ends.push(emitted.type === 'failed' ? emitted.failure.code : emitted.type);
        resolve();
      });
    });
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: name, resolution: { width: 64, height: 64 } } });
    await over;
    commissions.delete(id);
    return { id, ends };
  });
  await new Promise(resolve => setTimeout(resolve, lingerMs));
  return ended;
}

Object.assign(globalThis, { soak });
