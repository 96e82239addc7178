import type { JobUpdate } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { generationEvents } from '../../../src/machines/generation/generation.events.js';
import { changed, error, flush, job, type Output, pending, succeeded } from '../../support/scripted-generation.js';
import { SimulatedWorld } from '../../support/simulated-world.js';

const input = { id: 'generation-1', job, stream: { lossCount: 0, isTelling: false } };

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
  await follow(input, controller.signal, ({ type }) => void sent.push(type));
  await flush();
  expect(sent.filter(type => type === 'job.progressed')).toHaveLength(1);
  expect(isClosed).toBe(true);
});

/** As WebKit has it: it has a reader, and is no async iterable. */
function bareStream<T>(stream: ReadableStream<T>): ReadableStream<T> {
  return Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });
}

describe('a bare stream of an adapter, where streams are no async iterables', () => {
  const followed = async (events: () => ReadableStream<JobUpdate<Output>>, controller = new AbortController()) => {
    const sent: string[] = [];
    const follow = generationEvents({ events }, new SimulatedWorld().environment);
    await follow(input, controller.signal, ({ type }) => {
      sent.push(type);
      if (type === 'job.changed') controller.abort();
    });
    return sent;
  };

  it('is read to its end', async () => {
    const events = () =>
      bareStream(
        new ReadableStream<JobUpdate<Output>>({
          start(stream) {
            for (const update of [pending, succeeded]) stream.enqueue(update);
            stream.close();
          },
        }),
      );
    expect(await followed(events)).toEqual([
      'stream.opened',
      'job.progressed',
      'stream.alive',
      'job.ended',
      'stream.lost',
    ]);
  });

  it('is lost when it breaks', async () => {
    const broken = () =>
      bareStream(new ReadableStream<JobUpdate<Output>>({ start: stream => stream.error(error('not-found')) }));
    expect(await followed(broken)).toEqual(['stream.refused']);
  });

  it('is cancelled when it is followed no more', async () => {
    let isCancelled = false;
    const endless = () =>
      bareStream(
        new ReadableStream<JobUpdate<Output>>({
          pull: stream => stream.enqueue(changed),
          cancel() {
            isCancelled = true;
          },
        }),
      );
    expect(await followed(endless)).toContain('job.changed');
    expect(isCancelled).toBe(true);
  });
});
