import { expect, it } from 'vitest';
import { generationEvents } from '../../../src/machines/generation/generation.events.js';
import { flush, job, pending } from '../../support/scripted-generation.js';
import { SimulatedWorld } from '../../support/simulated-world.js';

it('ends a stream of an adapter that goes on after an abort', async () => {
  const controller = new AbortController();
  let isClosed = false;
  const sent: string[] = [];
  async function* events() {
    try {
      yield pending;
      controller.abort();
      for (let count = 0; count < 10; count += 1) yield pending;
    } finally {
      isClosed = true;
    }
  }
  const follow = generationEvents({ events }, new SimulatedWorld().environment);
  const input = { id: 'generation-1', job, stream: { lossCount: 0, isTelling: false } };
  await follow(input, controller.signal, ({ type }) => void sent.push(type));
  await flush();
  expect(sent.filter(type => type === 'job.progressed')).toHaveLength(1);
  expect(isClosed).toBe(true);
});
