import { describe, expect, it, vi } from 'vitest';
import { valuesOf } from '../../src/machines/values-of.js';

async function collect<T>(values: AsyncIterable<T> | Iterable<T>, limit = Number.POSITIVE_INFINITY): Promise<T[]> {
  const seen: T[] = [];
  for await (const value of values) {
    seen.push(value);
    if (seen.length >= limit) break;
  }
  return seen;
}

/** A stream as platforms have it that cannot iterate it. */
function bareStream(values: readonly string[], cancel = vi.fn()) {
  let at = 0;
  const stream = new ReadableStream<string>({
    pull(controller) {
      const value = values[at++];
      if (value === undefined) controller.close();
      else controller.enqueue(value);
    },
    cancel,
  });
  return Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });
}

describe('the values that are followed', () => {
  it('are none of nothing', async () => {
    expect(await collect(valuesOf(undefined))).toEqual([]);
  });

  it('are those of what can be iterated, as it is', async () => {
    const stream = new ReadableStream<string>();
    expect(valuesOf(stream)).toBe(stream);
    const iterable = Object.assign(
      (async function* () {
        yield 'a';
      })(),
      { getReader: () => expect.unreachable('It can be iterated.') },
    );
    expect(await collect(valuesOf(iterable))).toEqual(['a']);
  });

  it('are what the reader of a stream reads that cannot be iterated', async () => {
    expect(await collect(valuesOf(bareStream(['a', 'b'])))).toEqual(['a', 'b']);
  });

  it('are no more once their follower has gone: the stream is cancelled', async () => {
    const cancel = vi.fn();
    expect(await collect(valuesOf(bareStream(['a', 'b', 'c'], cancel)), 1)).toEqual(['a']);
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('end with the error of their stream', async () => {
    const stream = new ReadableStream<string>({
      start: controller => controller.error(new Error('The connection is lost.')),
    });
    Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });
    await expect(collect(valuesOf(stream))).rejects.toThrow('The connection is lost.');
  });

  it('of what is neither are given back, so that whoever follows them throws', async () => {
    // What plain JavaScript may pass.
    const other = { getReader: 'none' } as unknown as AsyncIterable<string>;
    expect(valuesOf(other)).toBe(other);
    await expect(collect(valuesOf(other))).rejects.toThrow(TypeError);
  });
});
