import { describe, expect, it, vi } from 'vitest';
import { type BenchOptions, clientBench, flush, type Input, type Item } from '../../support/client-bench.js';
import { error } from '../../support/scripted-generation.js';

const lost = {
  submit: (call: { refuse(reason: unknown): void }) => call.refuse(error('network', { charged: 'maybe' })),
};

async function opened(options: BenchOptions = {}) {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const bench = clientBench(options);
  const page = await bench.open();
  return { bench, page, client: page.client };
}

/** Inputs are data here, as in an app that is written in JavaScript. */
const as = (input: unknown) => input as Input;

/** As the numbers and dates of many libraries are. */
class Amount {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  toJSON() {
    return this.#cents;
  }
}

describe('a second click', () => {
  it('A2: generate calls of one tick with the same input are one wish with one handle', async () => {
    const { bench, client } = await opened();
    const one = client.generate({ prompt: 'fog' });
    const other = client.generate({ prompt: 'fog' });
    await flush();
    expect(other.id).toBe(one.id);
    expect(bench.submits).toHaveLength(1);
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(await other.items).toEqual(await one.items);
    expect(await one.items).toHaveLength(1);
  });

  it('A2: a call before the first one was accepted is the same wish, and one after it is another', async () => {
    const { bench, client } = await opened({ script: { submit: () => {} } });
    const one = client.generate({ prompt: 'fog' });
    await bench.advance(60_000);
    expect(client.generate({ prompt: 'fog' }).id).toBe(one.id);
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    await flush();
    const next = client.generate({ prompt: 'fog' });
    await flush();
    expect(next.id).not.toBe(one.id);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual([one.id, next.id]);
  });

  it('is the same wish for half a second, also if the backend accepts at once', async () => {
    const { bench, client } = await opened();
    const one = client.generate({ prompt: 'fog' });
    await flush();
    expect(client.getSnapshot().generations[0]?.job).toBeDefined();
    await bench.advance(499);
    expect(client.generate({ prompt: 'fog' }).id).toBe(one.id);
    client.send({ type: 'GENERATE', input: { prompt: 'fog' } });
    await flush();
    expect(bench.submits).toHaveLength(1);
    await bench.advance(1);
    expect(client.generate({ prompt: 'fog' }).id).not.toBe(one.id);
    await flush();
    expect(bench.submits).toHaveLength(2);
  });

  it('is another wish once the first generation has ended', async () => {
    const { bench, client } = await opened();
    const one = client.generate({ prompt: 'fog' });
    await flush();
    client.send({ type: 'CANCEL', id: one.id });
    await flush();
    expect(client.generate({ prompt: 'fog' }).id).not.toBe(one.id);
    await flush();
    expect(bench.submits).toHaveLength(2);
  });

  it('A2: a generation in the queue is not accepted yet', async () => {
    const { bench, client } = await opened({ concurrency: 1 });
    client.generate({ prompt: 'first' });
    const queued = client.generate({ prompt: 'fog' });
    await bench.advance(3_000);
    expect(client.generate({ prompt: 'fog' }).id).toBe(queued.id);
    expect(client.getSnapshot().generations).toHaveLength(2);
  });

  it('A2: the command GENERATE behaves the same, also when listeners send it', async () => {
    const { bench, page, client } = await opened();
    client.on('generation.started', () => {
      client.send({ type: 'GENERATE', input: { prompt: 'next' } });
      client.send({ type: 'GENERATE', input: { prompt: 'next' } });
    });
    client.send({ type: 'GENERATE', input: { prompt: 'fog' } });
    client.send({ type: 'GENERATE', input: { prompt: 'fog' } });
    await flush();
    expect(bench.submits.map(({ about }) => about)).toEqual([{ prompt: 'fog' }, { prompt: 'next' }]);
    expect(page.view().generations).toHaveLength(2);
  });

  it('A2: two calls in one listener have one handle, whose items come', async () => {
    const { bench, client } = await opened();
    const handles: ReturnType<typeof client.generate>[] = [];
    client.on('generation.started', ({ id }) => {
      if (id !== 'first') return;
      for (const _ of [1, 2]) handles.push(client.generate({ prompt: 'next' }));
    });
    client.generate({ prompt: 'fog' }, { id: 'first' });
    await flush();
    expect(new Set(handles.map(({ id }) => id)).size).toBe(1);
    bench.finish('job-2');
    await bench.advance(5_000);
    expect(await Promise.all(handles.map(({ items }) => items))).toHaveLength(2);
    expect(bench.submits).toHaveLength(2);
  });

  it.each([
    ['another input', { prompt: 'mist' }, {}],
    ['another key', { prompt: 'fog' }, { key: 'again' }],
    ['another id', { prompt: 'fog' }, { id: 'own' }],
    ['another count', { prompt: 'fog' }, { count: 2 }],
  ])('A2: %s is another wish', async (_, input, options) => {
    const { bench, client } = await opened({ script: { submit: () => {} } });
    const one = client.generate({ prompt: 'fog' });
    const other = client.generate(input, options);
    await flush();
    expect(other.ids).not.toContain(one.id);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual([one.id, ...other.ids]);
  });

  it('A2: after a cancel, or after a refusal, the same input is another wish', async () => {
    const { bench, page, client } = await opened({ script: { submit: () => {} } });
    const one = client.generate({ prompt: 'fog' });
    await flush();
    await page.send({ type: 'CANCEL', id: one.id });
    const other = client.generate({ prompt: 'fog' });
    await flush();
    expect(other.id).not.toBe(one.id);
    bench.submits[1]?.refuse(error('payment-required'));
    await flush();
    client.generate({ prompt: 'fog' });
    await flush();
    expect(bench.submits).toHaveLength(3);
  });

  it('A2: inputs are compared as JSON, and files by identity', async () => {
    const { client } = await opened({ script: { submit: () => {} }, concurrency: 100 });
    const file = new Blob(['a']);
    const idOf = (input: unknown) => client.generate(as(input)).id;
    const equal: [unknown, unknown][] = [
      [
        { prompt: 'a', size: { width: 1 }, tags: ['x'] },
        { tags: ['x'], size: { width: 1 }, prompt: 'a', seed: undefined },
      ],
      [
        { prompt: 'b', file },
        { prompt: 'b', file },
      ],
      [
        { prompt: 'c', bytes: new Uint8Array([1, 2]) },
        { prompt: 'c', bytes: new Uint8Array([1, 2]) },
      ],
      [
        { prompt: 'd', at: new Date(5) },
        { prompt: 'd', at: new Date(5) },
      ],
      [undefined, undefined],
      [
        { prompt: 'e', more: new Map([['x', { y: 1 }]]) },
        { prompt: 'e', more: new Map([['x', { y: 1 }]]) },
      ],
      [
        { prompt: 'l', from: new URL('https://a.test/1'), onStep: () => 1 },
        { prompt: 'l', from: new URL('https://a.test/1'), onStep: () => 2 },
      ],
      [
        { prompt: 'm', cost: new Amount(5) },
        { prompt: 'm', cost: new Amount(5) },
      ],
    ];
    for (const [one, other] of equal) expect(idOf(other)).toBe(idOf(one));
    const unequal: [unknown, unknown][] = [
      [
        { prompt: 'f', file },
        { prompt: 'f', file: new Blob(['a']) },
      ],
      [
        { prompt: 'g', tags: ['x', 'y'] },
        { prompt: 'g', tags: ['y', 'x'] },
      ],
      [
        { prompt: 'h', seed: 1 },
        { prompt: 'h', seed: '1' },
      ],
      [{ prompt: 'i', seed: null }, { prompt: 'i' }],
      [
        { prompt: 'j', bytes: new Uint8Array([1]) },
        { prompt: 'j', bytes: new Uint8Array([2]) },
      ],
      [
        { prompt: 'k', tags: [] },
        { prompt: 'k', tags: {} },
      ],
      [
        { prompt: 'n', from: new URL('https://a.test/1') },
        { prompt: 'n', from: new URL('https://a.test/2') },
      ],
      [
        { prompt: 'o', cost: new Amount(5) },
        { prompt: 'o', cost: new Amount(6) },
      ],
      [
        { prompt: 'p', strange: { toJSON: () => Object.create(null) } },
        { prompt: 'p', strange: { toJSON: 1 } },
      ],
    ];
    for (const [one, other] of unequal) expect(idOf(other)).not.toBe(idOf(one));
  });

  it('A2: count makes variants, and a second click on it makes no more', async () => {
    const { bench, client } = await opened();
    const { id, ids, items } = client.generate({ prompt: 'fog' }, { count: 3 });
    expect(client.generate({ prompt: 'fog' }, { count: 3 }).ids).toEqual(ids);
    await flush();
    expect(ids[0]).toBe(id);
    expect(new Set(ids).size).toBe(3);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(ids);
    for (const name of ['job-1', 'job-2', 'job-3']) bench.finish(name);
    await bench.advance(5_000);
    expect((await items).map((item: Item) => item.id)).toEqual(ids.map(own => `${own}/0`));
  });

  it.each([
    ['', 'is empty'],
    [41, 'is of the type number'],
    [null, 'is of the type null'],
    [{}, 'is of the type object'],
  ])(
    'S28: the id %j is refused, because a page could not read it again, and nothing is submitted',
    async (id, found) => {
      const { bench, client } = await opened();
      const message = `generate: the \`id\` must be a text that is not empty, and ${found}. Nothing is submitted.`;
      expect(() => client.generate({ prompt: 'fog' }, { id: id as never })).toThrow(new TypeError(message));
      expect(() => client.send({ type: 'GENERATE', input: { prompt: 'fog' }, id: id as never })).toThrow(TypeError);
      await flush();
      expect(bench.submits).toEqual([]);
    },
  );

  it.each([0, -1, 1.5, 101, Number.NaN])('A2: a count of %s is refused, and nothing is submitted', async count => {
    const { bench, client } = await opened();
    expect(() => client.generate({ prompt: 'fog' }, { count })).toThrow(TypeError);
    expect(() => client.generate({ prompt: 'fog' }, { id: 'a', count: 2 })).toThrow(TypeError);
    await flush();
    expect(bench.submits).toHaveLength(0);
  });
});

describe('RETRY', () => {
  const refused = {
    submit: (call: { refuse(reason: unknown): void }) => call.refuse(error('payment-required', { retryable: true })),
  };

  it('A2: makes one new generation for one old one, until that has ended', async () => {
    const { bench, page } = await opened({ script: refused });
    await page.generate('a', 'fog');
    bench.script.submit = () => {};
    await page.send({ type: 'RETRY', id: 'a', as: 'b' });
    expect(page.generation('a')?.canRetry).toBe(false);
    await page.send({ type: 'RETRY', id: 'a', as: 'c' });
    await page.send({ type: 'RETRY', id: 'a' });
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'b']);
    bench.submits[1]?.refuse(error('payment-required', { retryable: true }));
    await flush();
    expect(page.generation('a')?.canRetry).toBe(true);
    await page.send({ type: 'RETRY', id: 'a', as: 'c' });
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'b', 'c']);
  });

  it('A2: does not pay a job anew that failed at its deadline and can be resumed', async () => {
    const { bench, page } = await opened({ policy: { deadlineMs: 20_000 } });
    await page.generate('a');
    await bench.advance(60_000);
    expect(page.generation('a')).toMatchObject({ failure: { code: 'deadline', charged: 'yes' }, canRetry: false });
    await page.send({ type: 'RETRY', id: 'a' });
    expect(bench.submits).toHaveLength(1);
    expect(page.view().generations).toHaveLength(1);
  });

  it('M2: sends the key of a submit that may have been charged again, where the backend replays keys', async () => {
    const { bench, page } = await opened({ script: lost, idempotentSubmit: 'replays' });
    await page.generate('a', 'fog');
    await bench.advance(5_000);
    expect(page.generation('a')).toMatchObject({ status: 'failed', charged: 'maybe', canRetry: true });
    await page.send({ type: 'RETRY', id: 'a', as: 'b' });
    await bench.advance(5_000);
    await page.send({ type: 'RETRY', id: 'b', as: 'c' });
    bench.script.submit = call => call.answer({ job: { id: 'job-1' } });
    await bench.advance(5_000);
    await page.send({ type: 'RETRY', id: 'c', as: 'd' });
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'a', 'a', 'a']);
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.generation('d')).toMatchObject({ status: 'completed', items: [{ id: 'd/0' }] });
  });

  it('M2: sends the same key also where the same input is generated again, instead of RETRY', async () => {
    const { bench, client } = await opened({ script: lost, idempotentSubmit: 'replays' });
    const one = client.generate({ prompt: 'fog' });
    await bench.advance(5_000);
    const other = client.generate({ prompt: 'fog' });
    await bench.advance(5_000);
    client.generate({ prompt: 'mist' });
    client.generate({ prompt: 'fog' }, { key: 'again' });
    client.generate({ prompt: 'fog' }, { id: 'own' });
    client.generate({ prompt: 'fog' }, { count: 2 });
    await bench.advance(5_000);
    const keys = bench.submits.map(({ idempotencyKey }) => idempotencyKey);
    expect(other.id).not.toBe(one.id);
    expect(keys.slice(0, 2)).toEqual([one.id, one.id]);
    expect(keys.slice(2)).not.toContain(one.id);
    expect(new Set(keys.slice(2)).size).toBe(5);
  });

  it.each([
    ['charges each submit', {}],
    ['rejects keys', { idempotentSubmit: 'rejects' } as const],
    ['has forgotten the key', { idempotentSubmit: 'replays', idempotencyWindowMs: 4_000 } as const],
  ])('M2: sends a new key for the same input where the backend %s', async (_, options) => {
    const { bench, client } = await opened({ ...options, script: lost });
    const one = client.generate({ prompt: 'fog' });
    await bench.advance(5_000);
    const other = client.generate({ prompt: 'fog' });
    await bench.advance(5_000);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual([one.id, other.id]);
  });

  it('M2: a key that is being sent again is not sent by another generation that ended with it', async () => {
    const { bench, page, client } = await opened({ script: lost, idempotentSubmit: 'replays' });
    await page.generate('a', 'fog');
    await bench.advance(5_000);
    await page.send({ type: 'RETRY', id: 'a', as: 'b' });
    await bench.advance(5_000);
    let answer = () => {};
    bench.script.submit = call => {
      answer = () => call.answer({ job: { id: 'job-1' } });
    };
    await page.send({ type: 'RETRY', id: 'b', as: 'c' });
    expect(page.generation('a')?.canRetry).toBe(false);
    await page.send({ type: 'RETRY', id: 'a', as: 'd' });
    await bench.advance(1_000);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'a', 'a']);
    answer();
    await bench.advance(1_000);
    const fresh = client.generate({ prompt: 'fog' });
    await bench.advance(1_000);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'a', 'a', fresh.id]);
  });

  it('M2: a key whose retry was answered is not sent again, by RETRY or by the same input', async () => {
    const { bench, page, client } = await opened({
      script: { submit: call => call.refuse(error('timeout', { status: 504, charged: 'maybe' })) },
      idempotentSubmit: 'replays',
    });
    await page.generate('a', 'fog');
    await bench.advance(5_000);
    expect(page.generation('a')?.canRetry).toBe(true);
    bench.script.submit = call => call.answer({ job: { id: 'job-1' } });
    await page.send({ type: 'RETRY', id: 'a', as: 'b' });
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.generation('b')?.status).toBe('completed');
    const wasRetryable = page.generation('a')?.failure?.retryable;
    expect(page.generation('a')?.canRetry).toBe(wasRetryable);
    await page.send({ type: 'RETRY', id: 'a', as: 'c' });
    const fresh = client.generate({ prompt: 'fog' });
    await bench.advance(1_000);
    const keys = bench.submits.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys.slice(0, 2)).toEqual(['a', 'a']);
    expect(keys.slice(2)).toEqual([...(wasRetryable ? ['c'] : []), ...(wasRetryable ? [] : [fresh.id])]);
  });

  it('M2: keeps the key of a retry that was cancelled before it was sent', async () => {
    const { bench, page } = await opened({ script: lost, idempotentSubmit: true, concurrency: 1 });
    await page.generate('a', 'fog');
    await bench.advance(5_000);
    bench.script.submit = call => call.answer({ job: { id: 'job-1' } });
    await page.generate('first', 'mist');
    await page.send({ type: 'RETRY', id: 'a', as: 'b' });
    await page.send({ type: 'CANCEL', id: 'b' });
    await page.send({ type: 'CANCEL', id: 'first' });
    await page.send({ type: 'RETRY', id: 'b', as: 'c' });
    await bench.advance(5_000);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'first', 'a']);
  });

  it.each([
    ['rejects keys', { idempotentSubmit: 'rejects' } as const, 1_000],
    ['charges each submit', {}, 1_000],
    ['has forgotten the key', { idempotentSubmit: 'replays', idempotencyWindowMs: 60_000 } as const, 60_000],
  ])('M2: sends nothing again with the old key where the backend %s', async (_, options, afterMs) => {
    const { bench, page } = await opened({ ...options, script: lost });
    await page.generate('a', 'fog');
    await bench.advance(afterMs);
    await page.send({ type: 'RETRY', id: 'a' });
    expect(bench.submits).toHaveLength(1);
    expect(page.view().generations).toHaveLength(1);
  });

  it('M2: a submit that a reload interrupted is repeated within the window of its key only', async () => {
    const repeats = async (options: BenchOptions, afterMs: number) => {
      const { bench, page } = await opened({ ...options, script: { submit: () => {} } });
      await page.generate('a', 'fog');
      await page.close();
      await bench.advance(afterMs);
      await bench.open();
      await bench.advance(1_000);
      return bench.submits.length - 1;
    };
    const replays = { idempotentSubmit: 'replays', idempotencyWindowMs: 60_000 } as const;
    expect(await repeats(replays, 50_000)).toBe(1);
    expect(await repeats(replays, 61_000)).toBe(0);
    expect(await repeats({ idempotentSubmit: 'rejects' }, 1_000)).toBe(0);
  });

  it.each(['a reload', 'RETRY'])(
    'M2: the window of a key begins with its first submit, also if %s repeats it',
    async by => {
      const replays = { idempotentSubmit: 'replays', idempotencyWindowMs: 60_000 } as const;
      const { bench, page } = await opened({ ...replays, script: by === 'RETRY' ? lost : { submit: () => {} } });
      await page.generate('a', 'fog');
      if (by === 'a reload') await page.close();
      await bench.advance(40_000);
      bench.script.submit = () => {};
      const second = by === 'a reload' ? await bench.open() : page;
      if (by === 'RETRY') await page.send({ type: 'RETRY', id: 'a', as: 'b' });
      await bench.advance(1_000);
      expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'a']);
      await second.close();
      await bench.advance(30_000);
      const third = await bench.open();
      await bench.advance(1_000);
      expect(bench.submits).toHaveLength(2);
      expect(third.generation(by === 'RETRY' ? 'b' : 'a')?.failure).toMatchObject({
        code: 'interrupted',
        charged: 'maybe',
      });
    },
  );
});

describe('an input', () => {
  it('A6: is copied when it is given', async () => {
    const { bench, client } = await opened({ concurrency: 1 });
    const form = { prompt: 'a', tags: ['x'], file: new Blob(['a']) };
    client.generate(form);
    form.prompt = 'b';
    form.tags.push('y');
    client.generate(form);
    form.prompt = '';
    await bench.advance(1_000);
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(bench.submits.map(({ about }) => about)).toEqual([
      { prompt: 'a', tags: ['x'], file: form.file },
      { prompt: 'b', tags: ['x', 'y'], file: form.file },
    ]);
    expect(client.getSnapshot().generations.map(({ description }) => description?.['prompt'])).toEqual(['b', 'a']);
  });

  it('A6: is not changed by an adapter or by describe for those who get it later', async () => {
    const spoil = (input: unknown) => {
      Reflect.set(Object(input), 'prompt', 'spoilt');
    };
    const bench = clientBench({
      describe: input => {
        const { prompt } = input;
        spoil(input);
        return { prompt };
      },
      script: {
        submit: call => {
          const { about } = call;
          call.refuse(error('payment-required', { retryable: true, details: JSON.stringify(about) }));
          spoil(about);
        },
      },
    });
    const page = await bench.open();
    await page.generate('a', 'fog');
    await page.send({ type: 'RETRY', id: 'a', as: 'b' });
    const told = ['a', 'b'].map(id => page.generation(id)?.failure?.details);
    expect(told).toEqual(['{"prompt":"fog"}', '{"prompt":"fog"}']);
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const throwing = {
    get prompt(): string {
      throw Error('no prompt');
    },
  };
  it.each([
    ['refers to itself', () => circular],
    ['has a getter that throws', () => throwing],
    ['is a revoked proxy', () => revoked],
    ['is too deep', () => JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)],
  ])('A6: that %s is refused at the call, and nothing is submitted', async (_, make) => {
    const { bench, page, client } = await opened();
    const input = as({ prompt: make() });
    expect(() => client.generate(input)).toThrow(/The input cannot be copied.*Nothing is submitted/);
    expect(() => client.send({ type: 'GENERATE', input })).toThrow(TypeError);
    await page.generate('next');
    expect(bench.submits).toHaveLength(1);
  });
});
