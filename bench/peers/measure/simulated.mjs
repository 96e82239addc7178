import { createGenerationMachine } from 'generation-lifecycle';
import { virtualEnvironment } from 'generation-lifecycle/testing';
import { createActor, SimulatedClock } from 'xstate';

const jobMs = 90_000;
const jobs = 20;
const loopMs = 2_000;

/** @param {number} seed of the jitter @param {number} ms how long the job takes */
async function countRequests(seed, ms) {
  const clock = new SimulatedClock();
  let requests = 0;
  const machine = createGenerationMachine(
    {
      submit: async () => {
        requests += 1;
        return { job: { id: 'job' } };
      },
      read: async () => {
        requests += 1;
        return clock.now() >= ms ? { kind: 'succeeded', output: {} } : { kind: 'pending' };
      },
    },
    { environment: virtualEnvironment({ now: () => clock.now(), seed }) },
  );
  const actor = createActor(machine, { input: { id: `${seed}` }, clock }).start();
  actor.send({ type: 'GENERATE', input: {} });
  while (actor.getSnapshot().status === 'active') {
    // What the promises of the step before have to say comes first.
    await new Promise(resolve => setImmediate(resolve));
    clock.increment(50);
  }
  return requests;
}

/** The requests of a long job, ours by the real chart on a clock of its own, and those of a loop that reads each 2 s. */
export async function countReads() {
  let requests = 0;
  for (let seed = 1; seed <= jobs; seed += 1) requests += await countRequests(seed, jobMs);
  return { ours: requests / jobs, loop: 1 + Math.ceil(jobMs / loopMs), jobMs };
}
