import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type BenchOptions, clientBench, type Draft, flush, type Item } from '../../support/client-bench.js';

/** Everything can be returned or thrown in JavaScript. */
const anything = <TValue>(value: unknown) => value as TValue;

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
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

/** Rejections that nothing handles would end a process. */
function watchRejections(): readonly unknown[] {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  return rejections;
}

async function opened(options: BenchOptions = {}) {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const rejections = watchRejections();
  const bench = clientBench(options);
  const page = await bench.open();
  return { bench, page, printed, rejections };
}

/** The client works as if nothing had happened. */
async function assertGoesOn({ bench, page, rejections }: Awaited<ReturnType<typeof opened>>) {
  const count = bench.submits.length;
  await page.generate('next', 'next');
  bench.finish(`job-${count + 1}`);
  await bench.advance(10_000);
  expect(page.generation('next')).toMatchObject({ status: 'completed' });
  await new Promise(resolve => setImmediate(resolve));
  expect(rejections).toEqual([]);
}

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
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw Error('no prompt');
      },
    ],
    [
      'throws a revoked proxy',
      () => {
        throw revoked;
      },
    ],
    ['returns a promise that rejects', () => Promise.reject(Error('late'))],
    ['returns a text', () => 'a lighthouse'],
    ['returns a BigInt', () => ({ seed: 1n })],
    ['returns a circular object', () => circular],
    ['returns a getter that throws', () => throwing],
    ['returns a revoked proxy', () => revoked],
  ])('A8: that %s leaves the generation without a description, and it is stored and followed', async (_, misbehave) => {
    const client = await opened({ describe: () => anything(misbehave()) });
    const { bench, page } = client;
    await page.generate('a');
    expect(page.generation('a')).toMatchObject({ status: 'polling', description: undefined });
    expect(page.view().storageError).toBeUndefined();
    await bench.advance(2_000);
    expect(await bench.storedGenerations()).toEqual(['a']);
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.generation('a')).toMatchObject({ status: 'completed' });
  });
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
    let isBroken = false;
    const client = await opened();
    const { bench, page } = client;
    const { clock } = bench.world;
    const setTimer = clock.setTimeout.bind(clock);
    clock.setTimeout = (run, ms) => {
      if (isBroken) throw Error('no timer');
      return setTimer(run, ms);
    };
    await page.generate('a');
    await bench.advance(2_000);
    isBroken = true;
    // The cancel waits for its answer.
    await page.send({ type: 'CANCEL', id: 'a' });
    isBroken = false;
    await flush();
    expect(page.generation('a')).toMatchObject({
      status: 'failed',
      isRunning: false,
      failure: { code: 'unreachable', resumable: true, job: { id: 'job-1' } },
      canResume: true,
    });
    await bench.advance(60_000);
    expect(page.generation('a')?.status).toBe('failed');
    bench.finish('job-1');
    await page.send({ type: 'RESUME', id: 'a' });
    await bench.advance(10_000);
    expect(page.generation('a')).toMatchObject({ status: 'completed', items: [{ id: 'a/0' }] });
    expect(page.emittedNames()).toContain('generation.failed a');
    await assertGoesOn(client);
  });
});
