import { createGenerationMachine, type GenerationAdapter, type StoredGeneration } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { clientBench, flush, type Input, type Item, type Output, urlOf } from '../../support/client-bench.js';
import { anything, assertGoesOn, opened, revoked } from '../../support/misbehaving-page.js';
import { error } from '../../support/scripted-generation.js';

type Bench = ReturnType<typeof clientBench>;

/** An adapter whose window can be read until it is broken. */
function breakableWindow(thrown: unknown = Error('no window')) {
  const state = { isBroken: false };
  const toOwn = (bench: Bench) => {
    const adapter = { ...bench.adapter, idempotentSubmit: 'replays' as const };
    Object.defineProperty(adapter, 'idempotencyWindowMs', {
      get() {
        if (state.isBroken) throw thrown;
        return 86_400_000;
      },
    });
    return { generation: createGenerationMachine(adapter, { environment: bench.world.environment }) };
  };
  return { state, toOwn };
}

const stored = (id: string, more: object = {}): StoredGeneration => ({
  version: 1,
  token: { version: 1, id, idempotencyKey: id, cancelRequested: false },
  createdAt: 1_800_000_000_000,
  updatedAt: 1_800_000_000_000,
  ...more,
});

const tombstone = (id: string) =>
  stored(id, { updatedAt: anything(1n), ended: { status: 'cancelled', stopped: true, charged: 'no' } });

describe('what a store holds', () => {
  it('does not keep the client waiting if a step throws for it at the start, and is read again', async () => {
    const { store: whole } = clientBench();
    let isBroken = true;
    let changed = () => {};
    const client = await opened({
      store: {
        ...whole,
        // Their times cannot be compared.
        readGenerations: async () =>
          isBroken ? [tombstone('one'), tombstone('other'), tombstone('third')] : whole.readGenerations(),
        watch: onChange => {
          changed = onChange;
          return () => {};
        },
      },
    });
    expect(client.printed).toHaveBeenCalledOnce();
    expect(client.page.view()).toMatchObject({ isReady: true, storageError: 'storage-unavailable' });
    isBroken = false;
    changed();
    await client.bench.advance(1_000);
    expect(client.page.view()).toMatchObject({ isReady: true, storageError: undefined });
    await assertGoesOn(client);
  });

  it('fails alone if its times are no numbers, stays stored, and is dismissed for good', async () => {
    const failure = { code: 'unreachable', message: '', retryable: false, resumable: true, charged: 'yes' };
    const { store: whole } = clientBench();
    const held = new Map([['strange', stored('strange', { updatedAt: 1n, failure })]]);
    const client = await opened({
      store: {
        ...whole,
        readGenerations: async () => [...held.values(), ...(await whole.readGenerations())],
        updateGeneration: async (id, change) => {
          const found = held.get(id);
          if (!found) return whole.updateGeneration(id, change);
          const next = change(found);
          if (next) held.set(id, next);
          return next;
        },
      },
    });
    const { bench, page } = client;
    await page.generate('a', 'a');
    await bench.advance(2_000);
    expect(page.statuses()).toEqual({ a: 'polling', strange: 'failed' });
    expect(page.generation('strange')).toMatchObject({
      failure: {
        code: 'invalid-response',
        charged: 'maybe',
        retryable: false,
        message: expect.stringMatching(/^What the store holds of generation strange cannot be read: .*BigInt/),
      },
      canRetry: false,
      canResume: false,
      isRunning: false,
    });
    expect(client.printed).toHaveBeenCalledOnce();
    expect(held.get('strange')?.ended).toBeUndefined();
    await page.send({ type: 'DISMISS', id: 'strange' });
    await bench.advance(2_000);
    expect(page.statuses()).toEqual({ a: 'polling' });
    expect(held.get('strange')?.ended).toMatchObject({ isDismissed: true });
    await assertGoesOn(client);
  });

  it('is read once of an item: a member that throws later stops nothing', async () => {
    const { store: whole } = clientBench();
    let reads = 0;
    const late = {
      id: 'late/0',
      generationId: 'late',
      expiresAt: 1_800_000_100_000,
      renewFrom: {
        job: { id: 'job-late' },
        startedAt: 1,
        get origin() {
          reads += 1;
          if (reads > 1) throw Error('read twice');
          return 'https://other.test';
        },
      },
    };
    const readItems: typeof whole.readItems = async limit => [anything<Item>(late), ...(await whole.readItems(limit))];
    const client = await opened({
      store: { ...whole, readItems: limit => (reads > 0 ? whole.readItems(limit) : readItems(limit)) },
      origin: 'https://files.test',
      renewBeforeMs: 60_000,
    });
    await assertGoesOn(client);
    expect(client.printed).not.toHaveBeenCalled();
    expect(reads).toBe(1);
  });

  it('is left out if an item cannot be read, and the others are shown', async () => {
    const { store: whole } = clientBench();
    const broken = { id: 'broken', generationId: 'x', renewFrom: revoked };
    const client = await opened({
      store: { ...whole, readItems: async () => [anything<Item>(broken), ...(await whole.readItems())] },
      renewBeforeMs: 60_000,
    });
    await assertGoesOn(client);
    expect(client.page.items()).toEqual(['next/0']);
    expect(client.page.view().storageError).toBeUndefined();
  });
});

describe('a command', () => {
  it('that a guard cannot judge is refused, and ends nothing', async () => {
    const { state, toOwn } = breakableWindow();
    const client = await opened(
      { script: { submit: call => call.refuse(error('network', { charged: 'maybe' })) } },
      toOwn,
    );
    const { bench, page } = client;
    await page.generate('a', 'a');
    await bench.advance(60_000);
    expect(page.generation('a')).toMatchObject({ status: 'failed', canRetry: true });
    state.isBroken = true;
    const count = bench.submits.length;
    await page.send({ type: 'RETRY', id: 'a' });
    expect(client.printed).toHaveBeenCalled();
    expect(client.warned).toHaveBeenCalledWith(expect.stringContaining('generation "a" cannot be retried'));
    expect(bench.submits).toHaveLength(count);
    bench.script.submit = call => call.answer({ job: { id: `job-${bench.submits.length}` } });
    await assertGoesOn(client);
  });

  it.each(['CANCEL', 'CHECK', 'RETRY', 'RESUME', 'DISMISS', 'REMOVE', 'RENEW'] as const)(
    '%s with an id that is no text ends nothing',
    async type => {
      const client = await opened();
      for (const id of [Object.create(null), revoked, Symbol('id'), null, undefined, 5])
        await client.page.send(anything({ type, id }));
      await assertGoesOn(client);
    },
  );

  it('whose member cannot be read is refused where it is sent', async () => {
    const client = await opened();
    const command = {
      type: 'CANCEL',
      get id(): string {
        throw Error('no id');
      },
    } as const;
    expect(() => client.page.client.send(command)).toThrow('no id');
    await assertGoesOn(client);
  });

  it('with an input that cannot be read any more leaves the next one alone', async () => {
    class Handle {}
    let isBroken = false;
    const handle = new Proxy(new Handle(), {
      getPrototypeOf: () => {
        if (isBroken) throw Error('closed');
        return Handle.prototype;
      },
    });
    const client = await opened({ script: { submit: () => {} }, concurrency: 9 });
    const { bench, page } = client;
    page.client.generate(anything({ prompt: 'a', handle }));
    await flush();
    isBroken = true;
    page.client.generate(anything({ prompt: 'a', handle: new Handle() }));
    await flush();
    expect(bench.submits).toHaveLength(2);
    isBroken = false;
    bench.script.submit = call => call.answer({ job: { id: `job-${bench.submits.length}` } });
    await assertGoesOn(client);
  });
});

describe('a client that stops with an error', () => {
  /** It fails in its own step; the timers of its runs work before and after. */
  async function stopWithError({ bench }: Awaited<ReturnType<typeof opened>>) {
    await bench.advance(5_000);
    await bench.world.withoutTimers(() => bench.store.upsertItems([{ ...anything<Item>({ url: '' }), id: 'other' }]));
  }

  it('follows nothing unseen, stores what is known, and goes on with it once it was stopped', async () => {
    const client = await opened();
    const { bench, page } = client;
    for (const id of ['a', 'b']) await page.generate(id, id);
    await bench.advance(5_000);
    expect(await bench.storedGenerations()).toEqual(['a', 'b']);
    await stopWithError(client);
    expect(client.printed).toHaveBeenCalledWith(Error('no timer'));
    for (const id of ['a', 'b']) expect(bench.locks.count(`pictures/${id}`)).toBe(0);
    const reads = bench.reads.length;
    await bench.advance(120_000);
    expect(bench.reads).toHaveLength(reads);
    expect((await bench.store.readGenerations()).map(({ token }) => token.job?.id)).toEqual(['job-1', 'job-2']);

    for (const job of ['job-1', 'job-2']) bench.finish(job);
    page.client.stop();
    page.client.subscribe(() => {});
    await bench.advance(20_000);
    expect(page.items()).toEqual(expect.arrayContaining(['a/0', 'b/0']));
    expect(bench.submits).toHaveLength(2);
  });

  it('waits for the answer of a submit that is under way, and stores its job', async () => {
    const client = await opened({ script: { submit: () => {} } });
    const { bench, page } = client;
    await page.generate('a', 'a');
    await stopWithError(client);
    expect(bench.submits[0]?.signal.aborted).toBe(false);
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    await bench.advance(5_000);
    expect((await bench.store.readGenerations()).map(({ token }) => token.job?.id)).toEqual(['job-1']);
    expect(bench.reads).toHaveLength(0);
    expect(bench.locks.count('pictures/a')).toBe(0);
  });

  it('stores nothing of an answer that comes after everything was forgotten', async () => {
    const client = await opened({ script: { submit: () => {} } });
    const { bench, page } = client;
    await page.generate('a', 'a');
    await stopWithError(client);
    const forgotten = page.client.forget();
    await bench.advance(100);
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    await bench.advance(90_000);
    await forgotten;
    expect(await bench.store.readGenerations()).toEqual([]);
  });

  it('rejects what it has promised also if its error cannot be printed', async () => {
    const client = await opened();
    client.printed.mockImplementation(printed => {
      if (typeof printed !== 'string') throw Error('no console');
    });
    const { items } = await client.page.generate('a', 'a');
    await stopWithError(client);
    await expect(items).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('stops its renewals and its watch of the store', async () => {
    const { store: whole } = clientBench();
    let watchers = 0;
    const client = await opened({
      store: {
        ...whole,
        watch: onChange => {
          watchers += 1;
          const unwatch = whole.watch(onChange);
          return () => {
            watchers -= 1;
            unwatch();
          };
        },
      },
    });
    expect(watchers).toBe(1);
    await client.bench.advance(5_000);
    await client.bench.world.withoutTimers(() => whole.upsertItems([{ ...anything<Item>({ url: '' }), id: 'other' }]));
    expect(client.printed).toHaveBeenCalledWith(Error('no timer'));
    expect(watchers).toBe(0);
  });
});

describe('a step that throws', () => {
  it('frees the slot of its generation at once', async () => {
    const { state, toOwn } = breakableWindow();
    const client = await opened({ concurrency: 1, script: { submit: () => {} } }, toOwn);
    const { bench, page } = client;
    for (const id of ['a', 'b']) await page.generate(id, id);
    expect(page.statuses()).toEqual({ a: 'submitting', b: 'queued' });
    state.isBroken = true;
    bench.submits[0]?.refuse(error('network', { charged: 'maybe' }));
    await flush();
    expect(page.statuses()).toEqual({ a: 'failed', b: 'submitting' });
    expect(page.generation('b')?.queuePosition).toBeUndefined();
    expect(bench.submits).toHaveLength(2);
  });

  it('ends nothing if what it throws cannot be printed', async () => {
    const { state, toOwn } = breakableWindow(revoked);
    const client = await opened({ script: { submit: () => {} } }, toOwn);
    const { bench, page } = client;
    await page.generate('a', 'a');
    client.printed.mockImplementation(printed => {
      if (typeof printed !== 'string') throw Error('no console');
    });
    state.isBroken = true;
    bench.submits[0]?.refuse(error('network', { charged: 'maybe' }));
    await flush();
    expect(page.generation('a')?.status).toBe('failed');
    state.isBroken = false;
    bench.script.submit = call => call.answer({ job: { id: `job-${bench.submits.length}` } });
    await assertGoesOn(client);
  });
});

describe('an adapter', () => {
  it.each<[string, Partial<GenerationAdapter<Input, Output>>]>([
    ['whose durationLabel rejects', { durationLabel: anything(() => Promise.reject(Error('late'))) }],
    ['whose durationLabel throws', { durationLabel: () => anything(revoked) }],
    ['whose origin rejects', { origin: anything(() => Promise.reject(Error('late'))) }],
    ['whose origin is a promise', { origin: anything(async () => 'https://files.test') }],
    ['whose origin is no text', { origin: anything(() => ({})) }],
  ])('%s changes nothing', async (_, more) => {
    const client = await opened({}, bench => bench.withAdapter(more));
    const { bench, page } = client;
    await page.generate('a', 'a');
    await bench.advance(5_000);
    expect(page.statuses()).toEqual({ a: 'polling' });
    await assertGoesOn(client);
  });

  it('that throws what cannot be read lets a renewal fail, at once', async () => {
    const client = await opened();
    const { bench, page } = client;
    await page.generate('a', 'a');
    bench.finish('job-1');
    await bench.advance(5_000);
    bench.script.read = call => call.refuse(anything(revoked));
    const renewed = page.client.renew('a/0');
    await flush();
    await expect(renewed).rejects.toMatchObject({ code: 'network', failure: { job: { id: 'job-1' } } });
    bench.script.read = call => call.answer({ kind: 'succeeded', output: { urls: [urlOf('job-2')] } });
    await assertGoesOn(client);
  });
});

describe('toItems', () => {
  it.each<[string, () => unknown, string]>([
    ['promises', () => [Promise.reject(Error('late')), Promise.reject(Error('later'))], 'and is a promise'],
    ['lists', () => [[{ url: '' }]], 'and is a list'],
  ])('that makes %s of its items makes one generation fail', async (_, make, why) => {
    let isBroken = true;
    const client = await opened({
      toItems: ({ urls }) => (isBroken ? anything(make()) : urls.map(url => ({ url, prompt: '' }))),
    });
    const { bench, page } = client;
    await page.generate('a', 'a');
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.generation('a')).toMatchObject({
      status: 'failed',
      failure: {
        code: 'invalid-response',
        message: expect.stringContaining(`Item 0 of its list must be an object, ${why}`),
      },
    });
    isBroken = false;
    await assertGoesOn(client);
  });
});

describe('what a caller passes', () => {
  it('a signal that throws neither ends the client nor keeps its promise open', async () => {
    const client = await opened();
    const { bench, page } = client;
    const signal = {
      aborted: false,
      addEventListener: () => {},
      removeEventListener: () => {
        throw Error('no signal');
      },
    };
    const { items } = page.client.generate({ prompt: 'a' }, { id: 'a', signal: anything(signal) });
    bench.finish('job-1');
    await bench.advance(5_000);
    await expect(items).resolves.toMatchObject([{ id: 'a/0' }]);
    await assertGoesOn(client);
  });

  it('a store whose withScope throws lets forget() throw, and everything goes on', async () => {
    const whole = memoryStore<Item>();
    let isBroken = false;
    const client = await opened({
      scope: 'ann',
      store: {
        ...whole,
        withScope: scope => {
          if (isBroken) throw Error('no scope');
          const own = whole.withScope?.(scope);
          if (!own) throw Error('none');
          return own;
        },
      },
    });
    await client.page.generate('a', 'a');
    isBroken = true;
    expect(() => client.page.client.forget()).toThrow('no scope');
    expect(() => client.page.client.setScope('bob')).toThrow('no scope');
    expect(client.page.generation('a')?.isRunning).toBe(true);
    isBroken = false;
    await assertGoesOn(client);
  });
});
