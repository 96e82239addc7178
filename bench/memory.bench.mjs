import { createGenerationMachine } from 'generation-lifecycle';
import { createActor } from 'xstate';

const generations = 2_000;

const heapUsed = () => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** KiB of heap per generation with an open stream, one answered read and all timers set. */
export async function measureMemory() {
  if (!globalThis.gc) throw new Error('Run with node --expose-gc: the heap is measured after a garbage collection.');
  let opened = 0;
  const machine = createGenerationMachine({
    submit: async () => ({ job: { id: 'job' } }),
    read: async () => ({ kind: /** @type {const} */ ('pending'), progress: 0.5 }),
    async *events(_job, { signal, onOpen }) {
      opened += 1;
      onOpen();
      await new Promise(resolve => signal.addEventListener('abort', resolve));
    },
  });
  const before = heapUsed();
  const actors = Array.from({ length: generations }, (_, n) => {
    const actor = createActor(machine, { input: { id: `generation-${n}` } }).start();
    actor.send({ type: 'GENERATE', input: {} });
    return actor;
  });
  await new Promise(resolve => setTimeout(resolve, 100));
  if (opened !== generations) throw new Error(`Only ${opened} of ${generations} streams are open.`);
  const kib = (heapUsed() - before) / 1_024 / generations;
  for (const actor of actors) actor.stop();
  return kib;
}
