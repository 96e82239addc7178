import { createGenerationMachine, type StoredGeneration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { clientBench, type Draft, type Item } from '../../support/client-bench.js';
import { anything, assertGoesOn, opened, revoked } from '../../support/misbehaving-page.js';
import { error } from '../../support/scripted-generation.js';

const circular: { url: string; self?: unknown } = { url: '' };
circular.self = circular;
const throwing = {
  get url(): string {
    throw Error('no url');
  },
};
const unreadable = Object.defineProperty(Error(), 'message', {
  get() {
    throw Error('no message');
  },
});
const holed: unknown[] = [{ url: '', prompt: '' }];
holed[2] = holed[0];

const item = { url: 'https://files.test/1.png', prompt: '' };

describe('toItems', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'throws',
      () => {
        throw Error('no url.');
      },
      /: no url\. Nothing is lost/,
    ],
    [
      'throws a revoked proxy',
      () => {
        throw revoked;
      },
      /cannot be read/,
    ],
    [
      'throws an error without a readable message',
      () => {
        throw unreadable;
      },
      /cannot be read/,
    ],
    [
      'throws nothing',
      () => {
        throw undefined;
      },
      /undefined/,
    ],
    ['returns a list with a hole', () => holed, /Item 1 of its list must be an object/],
    ['returns null items', () => [null], /Item 0 of its list must be an object, and is null/],
    ['returns a text', () => 'items', /must return a list of items, and returned a value of type string/],
    ['returns nothing', () => undefined, /must return a list of items/],
    ['returns a promise', () => Promise.resolve([item]), /returned a promise/],
    ['returns a promise that rejects', () => Promise.reject(Error('late')), /returned a promise/],
    ['returns a BigInt', () => [{ ...item, seed: 1n }], /BigInt/],
    ['returns a circular item', () => [circular], /toItems failed/],
    ['returns an item with a getter that throws', () => [throwing], /no url/],
    ['returns a revoked proxy', () => revoked, /toItems failed/],
    ['returns a revoked proxy as an item', () => [revoked], /toItems failed/],
    [
      'returns an item that JSON cannot hold',
      () => [
        {
          ...item,
          toJSON: () => {
            throw Error('no JSON');
          },
        },
      ],
      /no JSON/,
    ],
  ])('A8: that %s makes one generation fail, which can be resumed', async (_, misbehave, message) => {
    let isBroken = true;
    const client = await opened({
      toItems: ({ urls }) =>
        isBroken ? anything<readonly Draft[]>(misbehave()) : urls.map(url => ({ url, prompt: '' })),
    });
    const { bench, page } = client;
    const { items } = await page.generate('a');
    await page.generate('b', 'another');
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.generation('a')).toMatchObject({
      status: 'failed',
      failure: { code: 'invalid-response', resumable: true, charged: 'yes', message: expect.stringMatching(message) },
      canResume: true,
    });
    expect(page.generation('a')?.failure?.message).toContain('job-1');
    await expect(items).rejects.toMatchObject({ code: 'invalid-response' });
    expect(page.generation('b')?.isRunning).toBe(true);
    expect(await bench.storedGenerations()).toEqual(['a', 'b']);

    isBroken = false;
    await page.send({ type: 'RESUME', id: 'a' });
    await bench.advance(5_000);
    expect(page.generation('a')).toMatchObject({ status: 'completed' });
    expect(bench.submits).toHaveLength(2);
    await assertGoesOn(client);
  });

  it('A8: is read once: an item that would throw later is plain data', async () => {
    let reads = 0;
    const once = () => {
      reads += 1;
      if (reads > 1) throw Error('read twice');
      return 'https://files.test/1.png';
    };
    const client = await opened({
      toItems: () => [
        {
          prompt: '',
          get url() {
            return once();
          },
        },
      ],
    });
    await client.page.generate('a');
    client.bench.finish('job-1');
    await client.bench.advance(5_000);
    expect(client.page.generation('a')).toMatchObject({
      status: 'completed',
      items: [{ url: 'https://files.test/1.png' }],
    });
  });
});

describe('describe', () => {
  it('that returns nothing is no mistake', async () => {
    const { page, warned } = await opened({ describe: () => anything(undefined) });
    await page.generate('a');
    expect(page.generation('a')).toMatchObject({ status: 'polling', description: undefined });
    expect(warned).not.toHaveBeenCalled();
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'throws',
      () => {
        throw Error('no prompt');
      },
      /: no prompt\. Correct describe\.$/,
    ],
    [
      'throws a revoked proxy',
      () => {
        throw revoked;
      },
      /cannot be read/,
    ],
    ['returns a promise that rejects', () => Promise.reject(Error('late')), /: it must return a JSON object\. Correct/],
    ['returns a text', () => 'a lighthouse', /it must return a JSON object/],
    ['returns a BigInt', () => ({ seed: 1n }), /it must return a JSON object/],
    ['returns a circular object', () => circular, /call stack/],
    ['returns a getter that throws', () => throwing, /: no url\. Correct/],
    ['returns a revoked proxy', () => revoked, /revoked/],
  ])(
    'A8: that %s leaves the generation without a description, and it is stored and followed',
    async (_, misbehave, why) => {
      const client = await opened({ describe: () => anything(misbehave()) });
      const { bench, page } = client;
      await page.generate('a');
      expect(page.generation('a')).toMatchObject({ status: 'polling', description: undefined });
      expect(client.warned).toHaveBeenCalledExactlyOnceWith(
        expect.stringMatching(/describe failed for generation a, which has no description now: /),
      );
      expect(client.warned).toHaveBeenCalledWith(expect.stringMatching(why));
      expect(page.view().storageError).toBeUndefined();
      await bench.advance(2_000);
      expect(await bench.storedGenerations()).toEqual(['a']);
      bench.finish('job-1');
      await bench.advance(5_000);
      expect(page.generation('a')).toMatchObject({ status: 'completed' });
    },
  );
});

describe('a function of the page', () => {
  it('A8: inspect that throws does not reach the one who sends a command', async () => {
    let isBroken = false;
    const { page } = await opened({
      inspect: () => {
        if (isBroken) throw Error('broken');
      },
    });
    isBroken = true;
    expect(() => page.client.generate({ prompt: 'fog' }, { id: 'a' })).not.toThrow();
    isBroken = false;
    expect(page.generation('a')?.isRunning).toBe(true);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw Error('broken');
      },
    ],
    [
      'throws a revoked proxy',
      () => {
        throw revoked;
      },
    ],
    ['rejects', () => Promise.reject(Error('late'))],
  ])('A8: that %s as a listener, a subscriber or inspect changes nothing', async (_, misbehave) => {
    const client = await opened({ inspect: anything(misbehave) });
    client.page.client.on('*', anything(misbehave));
    client.page.client.subscribe(anything(misbehave));
    await assertGoesOn(client);
    expect(client.printed).toHaveBeenCalled();
  });

  it('A8: an observer that throws as inspect changes nothing', async () => {
    const client = await opened({
      inspect: {
        next: () => {
          throw Error('broken');
        },
      },
    });
    await assertGoesOn(client);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw revoked;
      },
    ],
    ['returns a promise that rejects', () => Promise.reject(Error('late'))],
    ['returns nothing', () => undefined],
    [
      'returns a function that throws',
      () => () => {
        throw Error('broken');
      },
    ],
    ['returns a function that rejects', () => () => Promise.reject(Error('late'))],
  ])('A8: locks whose request %s changes nothing', async (_, request) => {
    const client = await opened({ locks: { request: anything(request) } });
    await assertGoesOn(client);
  });
});

describe('a store', () => {
  it.each(['readGenerations', 'readItems', 'updateGeneration', 'upsertItems', 'watch'] as const)(
    'A8: whose %s throws what cannot be read changes nothing for the job',
    async method => {
      const { store: whole } = clientBench();
      const store = {
        ...whole,
        [method]: () => {
          throw revoked;
        },
      };
      const { bench, page, rejections } = await opened({ store });
      await page.generate('a');
      bench.finish('job-1');
      await bench.advance(10_000);
      expect(page.generation('a')).toMatchObject({ status: 'completed', items: [{ id: 'a/0' }] });
      expect(rejections).toEqual([]);
    },
  );

  it('A8: that holds items of the app which are not JSON is shown, and goes on', async () => {
    const strange = [
      { id: 'big', seed: 1n },
      { id: 'circular', circular },
      { id: 'throwing', throwing },
      revoked,
      {
        get id() {
          throw Error('no id');
        },
      },
    ];
    const { store: whole } = clientBench();
    const store = { ...whole, readItems: async () => [...anything<Item[]>(strange), ...(await whole.readItems())] };
    const client = await opened({ store });
    await assertGoesOn(client);
    expect(client.page.items()).toEqual(expect.arrayContaining(['big', 'circular', 'throwing', 'next/0']));
  });
});

describe('a run that stops with an error', () => {
  it('A8: is shown as failed, is resumed on demand, and ends nothing else', async () => {
    const client = await opened();
    const { bench, page } = client;
    for (const id of ['first', 'a', 'last']) await page.generate(id, id);
    await bench.advance(2_000);
    // The cancel waits for its answer.
    await bench.world.withoutTimers(() => page.send({ type: 'CANCEL', id: 'a' }));
    expect(page.generation('a')).toMatchObject({
      status: 'failed',
      isRunning: false,
      failure: {
        code: 'unreachable',
        resumable: true,
        job: { id: 'job-2' },
        message: expect.stringContaining('Resume the generation to follow job job-2 again.'),
      },
      canResume: true,
    });
    expect(bench.locks.count('pictures/a')).toBe(0);
    await bench.advance(60_000);
    expect(page.statuses()).toEqual({ first: 'polling', a: 'failed', last: 'polling' });
    expect(page.emitted.filter(({ type }) => type === 'generation.failed')).toMatchObject([
      { id: 'a', description: { prompt: 'a' }, failure: { code: 'unreachable' } },
    ]);
    for (const job of ['job-1', 'job-2', 'job-3']) bench.finish(job);
    await page.send({ type: 'RESUME', id: 'a' });
    await bench.advance(20_000);
    expect(page.statuses()).toEqual({ first: 'completed', a: 'completed', last: 'completed' });
    expect(page.generation('a')?.items).toMatchObject([{ id: 'a/0', prompt: 'a' }]);
    await assertGoesOn(client);
  });

  it('A8: keeps its description where the store cannot be used', async () => {
    const { store: whole } = clientBench();
    let isBroken = false;
    const use = async <TAnswer>(call: () => Promise<TAnswer>) => {
      if (isBroken) throw Error('no disk');
      return call();
    };
    const { bench, page } = await opened({
      store: {
        ...whole,
        readGenerations: () => use(whole.readGenerations),
        updateGeneration: (id, change) => use(() => whole.updateGeneration(id, change)),
      },
    });
    await page.generate('a', 'fog');
    await bench.advance(2_000);
    await bench.world.withoutTimers(() => page.send({ type: 'CANCEL', id: 'a' }));
    isBroken = true;
    bench.finish('job-1');
    await page.send({ type: 'RESUME', id: 'a' });
    await bench.advance(20_000);
    expect(page.view().items).toMatchObject([{ id: 'a/0', prompt: 'fog' }]);
  });

  it('A8: may have been charged, and is not resumed, if it has no job yet', async () => {
    const { bench, page } = await opened({ script: { submit: () => {} } });
    const { items } = await page.generate('a');
    await bench.world.withoutTimers(() => page.send({ type: 'CANCEL', id: 'a' }));
    expect(page.generation('a')).toMatchObject({
      status: 'failed',
      failure: { code: 'interrupted', charged: 'maybe', message: expect.stringContaining('cannot be found again') },
      canResume: false,
    });
    await expect(items).rejects.toMatchObject({ code: 'interrupted' });
    expect(bench.locks.count('pictures/a')).toBe(0);
  });

  it('A8: stays completed if its items are stored already', async () => {
    const { store: whole } = clientBench();
    let commit = () => {};
    const upsertItems: typeof whole.upsertItems = async items => {
      await new Promise<void>(resolve => {
        commit = resolve;
      });
      return whole.upsertItems(items);
    };
    const { bench, page } = await opened({ store: { ...whole, upsertItems } });
    const { items } = await page.generate('a');
    bench.finish('job-1');
    await bench.advance(2_000);
    // The client has just read its store, and waits a moment before it reads it again.
    await whole.upsertItems([{ ...item, id: 'other' }]);
    await bench.advance(100);
    await bench.world.withoutTimers(() => commit());
    expect(page.generation('a')).toMatchObject({ status: 'completed', items: [{ id: 'a/0' }], failure: undefined });
    await expect(items).resolves.toHaveLength(1);
    expect(bench.locks.count('pictures/a')).toBe(0);
    expect(page.emittedNames()).toEqual(['generation.started a', 'generation.completed a', 'item.added a/0']);
  });
});

describe('a step of a client that throws', () => {
  it('A8: ends the generation that it is about, and nothing else', async () => {
    const client = await opened({}, bench => {
      const adapter = { ...bench.adapter, idempotentSubmit: 'replays' as const };
      Object.defineProperty(adapter, 'idempotencyWindowMs', {
        get() {
          throw Error('no window');
        },
      });
      return { generation: createGenerationMachine(adapter, { environment: bench.world.environment }) };
    });
    const { bench, page, printed } = client;
    bench.script.submit = () => {};
    for (const id of ['first', 'a', 'last']) await page.generate(id, id);
    bench.submits[1]?.refuse(error('network', { charged: 'maybe' }));
    await bench.advance(1_000);
    expect(page.statuses()).toEqual({ first: 'submitting', a: 'failed', last: 'submitting' });
    expect(page.generation('a')?.failure).toMatchObject({ code: 'interrupted', charged: 'maybe' });
    expect(page.emittedNames().filter(name => name.startsWith('generation.failed'))).toEqual(['generation.failed a']);
    expect(bench.locks.count('pictures/a')).toBe(0);
    expect(printed).toHaveBeenCalled();
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(page.generation('first')?.status).toBe('completed');
  });

  it('A8: shows a stored generation as failed that cannot be read, and reads the others', async () => {
    const { store: whole } = clientBench();
    const strange = {
      token: { id: 'strange' },
      get ended() {
        throw Error('no end');
      },
    };
    const readGenerations = async () => [anything<StoredGeneration>(strange), ...(await whole.readGenerations())];
    const client = await opened({ store: { ...whole, readGenerations } });
    await client.page.generate('a', 'a');
    await client.bench.advance(2_000);
    expect(client.printed).toHaveBeenCalled();
    expect(client.page.statuses()).toEqual({ a: 'polling', strange: 'failed' });
    expect(client.page.generation('strange')).toMatchObject({
      failure: {
        code: 'invalid-response',
        charged: 'maybe',
        message: expect.stringContaining('cannot be read: no end.'),
      },
      canRetry: false,
      canResume: false,
    });
    await assertGoesOn(client);
  });
});

describe('a client that stops with an error', () => {
  it('A8: prints it, rejects what it has promised, and works again once it was stopped', async () => {
    const { bench, page, printed, rejections } = await opened();
    const { items } = await page.generate('a');
    await bench.advance(5_000);
    await bench.world.withoutTimers(() => bench.store.upsertItems([{ ...item, id: 'other' }]));
    expect(printed).toHaveBeenCalledWith(Error('no timer'));
    const stopped = { code: 'interrupted', message: expect.stringContaining('the client was stopped') };
    await expect(items).rejects.toMatchObject(stopped);
    const { items: later } = await page.generate('b', 'b');
    await expect(later).rejects.toMatchObject(stopped);

    page.client.stop();
    page.client.subscribe(() => {});
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(page.items()).toEqual(expect.arrayContaining(['a/0', 'other']));
    expect(rejections).toEqual([]);
  });
});
