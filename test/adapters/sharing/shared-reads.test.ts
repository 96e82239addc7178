import { getEventListeners } from 'node:events';
import { GenerationError, type JobRef, type JobUpdate } from 'generation-lifecycle';
import { sharedReads, toRetryAfterMs } from 'generation-lifecycle/adapters';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const { signal } = new AbortController();
const pending = (message: string): JobUpdate<string> => ({ kind: 'pending', message });

/** Reads over a route that answers many: `{ [id]: message }`, and an id of `bad…` is an error of that one. */
async function sharing(answer: (ids: readonly string[]) => Answer, windowMs = 20) {
  const { url, heard } = await loopback(({ body }) => answer(JSON.parse(body)));
  const reads = sharedReads<string>({
    async readMany(jobs: readonly JobRef[], call) {
      const body = JSON.stringify(jobs.map(({ id }) => id));
      const response = await fetch(`${url}/states`, { method: 'POST', body, signal: call.signal });
      if (!response.ok) {
        const retryAfterMs = toRetryAfterMs(response.headers);
        const code = response.status === 404 ? 'not-found' : response.status === 400 ? 'bad-input' : 'rate-limited';
        throw new GenerationError({ code, message: 'No.', status: response.status }, { retryAfterMs });
      }
      const states: [string, string][] = Object.entries(await response.json());
      return new Map(
        states.map(([id, message]) => [
          id,
          id.startsWith('bad') ? new GenerationError({ code: 'not-found', message }) : pending(message),
        ]),
      );
    },
    windowMs,
  });
  return {
    read: (id: string, its = signal) => reads.read({ id }, { signal: its }),
    asked: () => heard.map(({ body }) => JSON.parse(body)),
    heard,
  };
}

const echo = (ids: readonly string[]) => json(Object.fromEntries(ids.map(id => [id, `${id}!`])));

describe('reads of one window', () => {
  it('are one request, which names each job once, and each has its own answer', async () => {
    const { read, asked } = await sharing(echo);
    const updates = await Promise.all(['a', 'b', 'a'].map(id => read(id)));
    expect(updates).toEqual([pending('a!'), pending('b!'), pending('a!')]);
    expect(asked()).toEqual([['a', 'b']]);
  });

  it('are followed by another window, also while their request is under way', async () => {
    let release = () => {};
    const { read, asked } = await sharing(ids =>
      ids.includes('a')
        ? response => {
            release = () => response.end('{"a":"late"}');
          }
        : echo(ids),
    );
    const first = read('a');
    await expect.poll(asked).toHaveLength(1);
    expect(await read('b')).toEqual(pending('b!'));
    release();
    expect(await first).toEqual(pending('late'));
    expect(asked()).toEqual([['a'], ['b']]);
  });

  it('wait 250 ms for each other', async () => {
    vi.useFakeTimers();
    const asked: unknown[] = [];
    const reads = sharedReads<string>({
      readMany: async jobs => {
        asked.push(jobs.length);
        return new Map();
      },
    });
    const first = rejection(reads.read({ id: 'a' }, { signal }));
    await vi.advanceTimersByTimeAsync(249);
    const second = rejection(reads.read({ id: 'b' }, { signal }));
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual([2]);
    await Promise.all([first, second]);
  });

  it('do not wait for timers where the page is hidden, and are one request all the same', async () => {
    vi.stubGlobal('document', { visibilityState: 'hidden' });
    const { read, asked } = await sharing(echo, 2 ** 31 - 1);
    await Promise.all(['a', 'b'].map(id => read(id)));
    expect(asked()).toEqual([['a', 'b']]);
  });
});

describe('a read that is aborted', () => {
  it('is taken out, and the others are read', async () => {
    const { read, asked } = await sharing(echo);
    const abort = new AbortController();
    const one = rejection(read('a', abort.signal));
    const other = read('b');
    abort.abort('enough');
    expect(await one).toBe('enough');
    await expect.poll(() => asked()).toEqual([['b']]);
    expect(await other).toEqual(pending('b!'));
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('leaves the request under way to the others, and closes it with the last', async () => {
    const { read, heard } = await sharing(() => () => {});
    const aborts = ['a', 'b'].map(() => new AbortController());
    const reads = aborts.map(({ signal }, index) => rejection(read(`${index}`, signal)));
    await expect.poll(() => heard).toHaveLength(1);
    let isClosed = false;
    void heard[0]?.closed.then(() => {
      isClosed = true;
    });
    aborts[0]?.abort('first');
    expect(await reads[0]).toBe('first');
    // Long enough for a connection to close, as it does below.
    await fetch(`${await (await loopback(() => ({}))).url}`);
    expect(isClosed).toBe(false);
    aborts[1]?.abort('second');
    expect(await reads[1]).toBe('second');
    await heard[0]?.closed;
  });

  it('is no request when there is no other, and the next one is', async () => {
    const { read, asked } = await sharing(echo);
    const abort = new AbortController();
    const one = rejection(read('a', abort.signal));
    abort.abort('enough');
    await one;
    expect(await read('b')).toEqual(pending('b!'));
    expect(asked()).toEqual([['b']]);
  });

  it('is not asked for when it was aborted before', async () => {
    const { read, asked } = await sharing(echo);
    expect(await rejection(read('a', AbortSignal.abort('before')))).toBe('before');
    await read('b');
    expect(asked()).toEqual([['b']]);
  });
});

describe('trouble', () => {
  it('of one job is for that one', async () => {
    const { read } = await sharing(() => json({ a: 'fine', bad: 'Gone' }));
    const [a, bad, absent] = [read('a'), rejection(read('bad')), rejection(read('absent'))];
    expect(await a).toEqual(pending('fine'));
    expect(await bad).toMatchObject({ code: 'not-found' });
    expect(await absent).toMatchObject({
      code: 'invalid-response',
      failure: { job: { id: 'absent' }, resumable: true, retryable: false },
    });
  });

  it.each([
    { status: 429, code: 'rate-limited', retryAfterMs: 7_000 },
    { status: 404, code: 'invalid-response', retryAfterMs: 7_000 },
    { status: 400, code: 'invalid-response', retryAfterMs: 7_000 },
  ])('of the whole request is for all: $status as $code', async ({ status, ...error }) => {
    const { read, heard } = await sharing(() => ({ status, headers: { 'retry-after': '7' } }));
    const errors = await Promise.all(['a', 'b'].map(id => rejection(read(id))));
    for (const one of errors) expect(one).toMatchObject({ ...error, failure: { status } });
    expect(heard).toHaveLength(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['answers nothing', async () => JSON.parse('null')],
  ])('is for all when it %s', async (_, readMany) => {
    const reads = sharedReads<string>({ readMany, windowMs: 0 });
    for (const error of await Promise.all(['a', 'b'].map(id => rejection(reads.read({ id }, { signal }))))) {
      expect(error).toBeInstanceOf(Error);
    }
  });

  it.each([-1, Number.NaN, 2 ** 31])('is a window of %d ms', windowMs => {
    expect(() => sharedReads({ readMany: async () => new Map(), windowMs })).toThrow(TypeError);
  });
});
