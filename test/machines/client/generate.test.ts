import { createGenerationClient } from 'generation-lifecycle';
import { describe, expect, it, vi } from 'vitest';
import { createClientMachine } from '../../../src/machines/client/client.machine.js';
import { clientBench, done, urlOf } from '../../support/client-bench.js';
import { error, jobFailure } from '../../support/scripted-generation.js';

describe('generating', () => {
  it('submits once, follows the job, and adds the result to the gallery under the id of the generation', async () => {
    const bench = clientBench();
    const page = await bench.open();
    const { items } = await page.generate('a');
    expect(page.statuses()).toEqual({ a: 'polling' });
    bench.finish('job-1');
    await bench.advance(5_000);
    const item = {
      id: 'a/0',
      url: urlOf('job-1'),
      prompt: 'a lighthouse',
      generationId: 'a',
      renewFrom: { job: { id: 'job-1' }, description: { prompt: 'a lighthouse' }, startedAt: 1_800_000_000_000 },
    };
    expect(page.view().items).toEqual([item]);
    expect(page.generation('a')).toMatchObject({ status: 'completed', progress: 1, items: [item] });
    await expect(items).resolves.toEqual([item]);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a']);
    expect(page.emittedNames()).toEqual(['generation.started a', 'generation.completed a', 'item.added a/0']);
  });

  it('makes n items of a batch of n, each with an id of its own', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await page.generate('a');
    bench.finish('job-1', done('job-1', 3));
    await bench.advance(5_000);
    expect(page.items()).toEqual(['a/0', 'a/1', 'a/2']);
    expect(page.emittedNames().filter(name => name.startsWith('item.added'))).toHaveLength(3);
    expect(page.emittedNames().filter(name => name.startsWith('generation.completed'))).toHaveLength(1);
  });

  it('gives toItems the job, the input while it is in memory, the description and the time of the request', async () => {
    const toItems = vi.fn(() => []);
    const bench = clientBench({ toItems });
    const page = await bench.open();
    await page.generate('a', 'fog');
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(toItems).toHaveBeenCalledWith(expect.anything(), {
      id: 'a',
      job: { id: 'job-1' },
      input: { prompt: 'fog' },
      description: { prompt: 'fog' },
      startedAt: 1_800_000_000_000,
    });
    // An output of nothing is an outcome all the same.
    expect(page.emittedNames()).toEqual(['generation.started a', 'generation.completed a']);
  });

  it('fails for an input that the adapter refuses, and can be used at once', async () => {
    const bench = clientBench({ script: { submit: call => call.refuse(error('bad-input')) } });
    const page = await bench.open();
    const { items } = await page.generate('a', '');
    expect(page.generation('a')).toMatchObject({
      status: 'failed',
      failure: { code: 'bad-input' },
      charged: 'no',
      canResume: false,
      canRetry: false,
      isRunning: false,
    });
    await expect(items).rejects.toMatchObject({ name: 'GenerationError', code: 'bad-input' });
    await page.generate('b');
    expect(bench.submits).toHaveLength(2);
    expect(await bench.storedGenerations()).toEqual([]);
    expect(page.emittedNames()).toEqual([
      'generation.started a',
      'generation.failed a',
      'generation.started b',
      'generation.failed b',
    ]);
  });

  it.each([
    [
      'names nothing',
      {
        describe: () => {
          throw Error('no prompt');
        },
      },
    ],
    ['is not asked', { describe: undefined }],
  ])('goes on when describe %s', async (_, options) => {
    const bench = clientBench(options);
    const page = await bench.open(options);
    await page.generate('a');
    expect(page.generation('a')).toMatchObject({ status: 'polling', description: undefined });
  });

  it('fails with invalid-response when toItems throws, and can be resumed', async () => {
    let isBroken = true;
    const bench = clientBench();
    const page = await bench.open({
      toItems: ({ urls }) => {
        if (isBroken) throw Error('no url');
        return urls.map(url => ({ url, prompt: '' }));
      },
    });
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.generation('a')).toMatchObject({
      status: 'failed',
      failure: { code: 'invalid-response', resumable: true, charged: 'yes', job: { id: 'job-1' } },
      canResume: true,
    });
    expect(await bench.storedGenerations()).toEqual(['a']);
    isBroken = false;
    await page.send({ type: 'RESUME', id: 'a' });
    await bench.advance(5_000);
    expect(page.items()).toEqual(['a/0']);
    expect(bench.submits).toHaveLength(1);
  });

  it('fails with invalid-response when an item is not JSON', async () => {
    const loop: { url: string; prompt: string; self?: unknown } = { url: '', prompt: '' };
    loop.self = loop;
    const bench = clientBench({ toItems: () => [loop] });
    const page = await bench.open();
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.generation('a')).toMatchObject({ failure: { code: 'invalid-response' }, canResume: true });
    await page.generate('b');
    expect(page.statuses()).toEqual({ a: 'failed', b: 'polling' });
  });

  it('ignores a GENERATE with an id that is running, ended or dismissed, and warns', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const bench = clientBench();
    const page = await bench.open();
    await page.generate('a');
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(5_000);
    await page.generate('a');
    await page.send({ type: 'DISMISS', id: 'a' });
    await page.send({ type: 'GENERATE', id: 'a', input: { prompt: 'again' } });
    expect(bench.submits).toHaveLength(1);
    expect(warn).toHaveBeenCalledTimes(3);
    expect(warn).toHaveBeenLastCalledWith(
      'generation-lifecycle: GENERATE is ignored: there is a generation "a" already, or one with the same input that is not accepted yet. Pass another id, or a key.',
    );
    warn.mockRestore();
  });

  it.each(['constructor', '__proto__', 'toString'])('accepts any text as an id: %s', async id => {
    const bench = clientBench({ script: { submit: call => call.answer({ job: { id } }) } });
    const page = await bench.open();
    await page.generate(id);
    await page.close();
    const next = await bench.open();
    expect(next.statuses()).toEqual(Object.fromEntries([[id, 'polling']]));
    bench.finish(id);
    await bench.advance(2_000);
    expect([next.items(), next.generation(id)?.status]).toEqual([[`${id}/0`], 'completed']);
  });

  it('makes an id if none is given', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await page.send({ type: 'GENERATE', input: { prompt: 'a' } });
    await page.send({ type: 'GENERATE', input: { prompt: 'b' } });
    expect(new Set(page.view().generations.map(({ id }) => id)).size).toBe(2);
  });

  it.each(['CANCEL', 'CHECK', 'RETRY', 'RESUME', 'DISMISS', 'REMOVE'] as const)(
    'ignores %s with an unknown id, and warns',
    async type => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const page = await clientBench().open();
      const before = page.view();
      await page.send({ type, id: 'nobody' });
      expect(page.view()).toBe(before);
      expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(`${type} is ignored: .*"nobody"`));
      vi.stubEnv('NODE_ENV', 'production');
      await page.send({ type, id: 'nobody' });
      expect(warn).toHaveBeenCalledTimes(1);
      vi.unstubAllEnvs();
      warn.mockRestore();
    },
  );

  it.each(['concurrency', 'limit'])('refuses a %s that is not a whole number above 0', async name => {
    for (const value of [0, -1, 1.5, Number.NaN]) {
      await expect(clientBench({ [name]: value }).open()).rejects.toThrow(
        new TypeError(`Client "pictures": the option ${name} must be a whole number above 0, and is ${value}.`),
      );
    }
  });
});

describe('the options of a client', () => {
  it.each([
    { name: 'createGenerationClient', create: createGenerationClient },
    { name: 'createClientMachine', create: createClientMachine },
  ])('are refused by $name if one is unknown', ({ name, create }) => {
    const { generation, store } = clientBench();
    const options = { name: 'pictures', generation, store, toItems: () => [], concurency: 2 };
    expect(() => create(options)).toThrow(
      new TypeError(`${name}() has no option "concurency". Did you mean "concurrency"?`),
    );
  });

  it('are refused if the machine is not that of a generation', () => {
    const { generation, store } = clientBench();
    const machine = createClientMachine({ name: 'pictures', generation, store, toItems: () => [] });
    // As from JavaScript.
    const other = JSON.parse('{}');
    Object.assign(other, { generation: machine });
    expect(() => createClientMachine({ name: 'pictures', store, toItems: () => [], ...other })).toThrow(
      new TypeError(
        'Client "pictures": the option generation must be a machine of createGenerationMachine(). It got something else. Make it once, at module scope.',
      ),
    );
  });
});

describe('the queue', () => {
  it('runs three at the same time, shows the positions of the others, and goes on in order', async () => {
    const bench = clientBench();
    const page = await bench.open();
    for (const id of ['a', 'b', 'c', 'd', 'e']) await page.generate(id);
    expect(bench.submits).toHaveLength(3);
    expect(page.view().generations.map(({ id, status, queuePosition }) => [id, status, queuePosition])).toEqual([
      ['e', 'queued', 1],
      ['d', 'queued', 0],
      ['c', 'polling', undefined],
      ['b', 'polling', undefined],
      ['a', 'polling', undefined],
    ]);
    bench.finish('job-2');
    await bench.advance(5_000);
    expect(page.statuses()).toEqual({ a: 'polling', b: 'completed', c: 'polling', d: 'polling', e: 'queued' });
    expect(page.generation('e')?.queuePosition).toBe(0);
    expect(page.emittedNames()).not.toContain('generation.started e');
    // A queued generation is not stored: nothing was submitted.
    expect(await bench.storedGenerations()).toEqual(['a', 'c', 'd']);
  });

  it('cancels a queued generation without a charge, and moves the others up', async () => {
    const bench = clientBench({ concurrency: 1 });
    const page = await bench.open();
    await page.generate('a');
    const { items } = await page.generate('b');
    await page.generate('c');
    await page.send({ type: 'CANCEL', id: 'b' });
    expect(page.generation('b')).toMatchObject({
      status: 'cancelled',
      stopped: true,
      charged: 'no',
      queuePosition: undefined,
    });
    expect(page.generation('c')?.queuePosition).toBe(0);
    await expect(items).rejects.toMatchObject({ code: 'interrupted', failure: { charged: 'no' } });
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'c']);
    expect(page.emittedNames()).toContain('generation.cancelled b');
  });
});

describe('cancelling', () => {
  it('asks the backend, and removes the stored generation', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await page.generate('a');
    expect(await bench.storedGenerations()).toEqual(['a']);
    await page.send({ type: 'CANCEL', id: 'a' });
    expect(page.generation('a')).toMatchObject({ status: 'cancelled', stopped: true, canRetry: true });
    expect(bench.cancels).toHaveLength(1);
    expect(await bench.storedGenerations()).toEqual([]);
    expect(page.emittedNames()).toEqual(['generation.started a', 'generation.cancelled a']);
    await page.send({ type: 'CANCEL', id: 'a' });
    expect(bench.cancels).toHaveLength(1);
  });

  it('submits nothing while the generation is still being stored', async () => {
    const bench = clientBench();
    let written: () => void = () => {};
    const slow = {
      ...bench.store,
      updateGeneration: () =>
        new Promise<undefined>(resolve => {
          written = () => resolve(undefined);
        }),
    };
    const page = await bench.open({ store: slow });
    await page.generate('a');
    expect(page.statuses()).toEqual({ a: 'submitting' });
    await page.send({ type: 'CANCEL', id: 'a' });
    written();
    await bench.advance(10_000);
    expect(page.generation('a')).toMatchObject({ status: 'cancelled', charged: 'no' });
    expect(bench.submits).toEqual([]);
  });

  it('remembers a cancel during the submit, and cancels the job that is accepted', async () => {
    const bench = clientBench({ script: { submit: () => {} } });
    const page = await bench.open();
    await page.generate('a');
    await page.send({ type: 'CANCEL', id: 'a' });
    expect(page.statuses()).toEqual({ a: 'cancelling' });
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    await bench.advance(1_000);
    expect(page.statuses()).toEqual({ a: 'cancelled' });
    expect(bench.cancels.map(({ about }) => about)).toEqual([{ id: 'job-1' }]);
  });
});

describe('after the end', () => {
  const failing = { kind: 'failed', failure: jobFailure } as const;

  it('RETRY submits the same input as another generation with another key', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await page.generate('a', 'fog');
    bench.finish('job-1', failing);
    await bench.advance(5_000);
    expect(page.generation('a')).toMatchObject({ status: 'failed', canRetry: true, canResume: false });
    await page.send({ type: 'RETRY', id: 'a', as: 'b' });
    expect(bench.submits.map(({ about }) => about)).toEqual([{ prompt: 'fog' }, { prompt: 'fog' }]);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'b']);
    expect(page.generation('b')?.description).toEqual({ prompt: 'fog' });
    expect(page.generation('a')?.status).toBe('failed');
  });

  it.each(['RESUME', 'CHECK'] as const)(
    '%s follows a failed job again without a submit, with a new deadline',
    async type => {
      const bench = clientBench({ policy: { deadlineMs: 20_000 } });
      const page = await bench.open();
      await page.generate('a');
      await bench.advance(60_000);
      expect(page.generation('a')).toMatchObject({ status: 'failed', failure: { code: 'deadline' }, canResume: true });
      expect(await bench.storedGenerations()).toEqual(['a']);
      await page.send({ type, id: 'a' });
      expect(page.generation('a')).toMatchObject({
        status: 'polling',
        failure: undefined,
        canResume: false,
        isFollowedElsewhere: false,
      });
      await bench.advance(15_000);
      expect(page.statuses()).toEqual({ a: 'polling' });
      bench.finish('job-1');
      await bench.advance(5_000);
      expect(page.items()).toEqual(['a/0']);
      expect(await bench.storedGenerations()).toEqual([]);
      expect(bench.submits).toHaveLength(1);
      expect(page.emittedNames()).toEqual([
        'generation.started a',
        'generation.failed a',
        'generation.completed a',
        'item.added a/0',
      ]);
    },
  );

  it('DISMISS removes an ended generation from the list and the store, and ignores one that runs', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const bench = clientBench({ policy: { deadlineMs: 20_000 } });
    const page = await bench.open();
    await page.generate('a');
    await page.send({ type: 'DISMISS', id: 'a' });
    expect(page.statuses()).toEqual({ a: 'polling' });
    await bench.advance(60_000);
    expect(page.statuses()).toEqual({ a: 'failed' });
    await page.send({ type: 'DISMISS', id: 'a' });
    expect(page.view().generations).toEqual([]);
    expect(await bench.storedGenerations()).toEqual([]);
    await bench.advance(60_000);
    expect(page.view().generations).toEqual([]);
    warn.mockRestore();
  });

  it('CHECK reads the job now', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await page.generate('a');
    await bench.advance(30_000);
    const count = bench.reads.length;
    await page.send({ type: 'CHECK', id: 'a' });
    expect(bench.reads).toHaveLength(count + 1);
  });

  it('keeps the newest 20 ended generations, and none of their runs', async () => {
    const bench = clientBench();
    const page = await bench.open();
    for (let count = 1; count <= 25; count++) {
      bench.finish(`job-${count}`);
      await page.generate(`generation-${count}`);
      await bench.advance(1_500);
    }
    await bench.advance(1_000);
    expect(page.view().generations).toHaveLength(20);
    expect(page.view().generations[0]?.id).toBe('generation-25');
    expect(page.view().items).toHaveLength(25);
    expect(bench.world.listenerCount).toBe(0);
  });
});

describe('the gallery', () => {
  it('removes an item for good, and emits item.removed', async () => {
    const bench = clientBench();
    const page = await bench.open();
    await page.generate('a');
    bench.finish('job-1', done('job-1', 2));
    await bench.advance(5_000);
    await page.send({ type: 'REMOVE', id: 'a/0' });
    expect(page.items()).toEqual(['a/1']);
    expect(page.generation('a')?.items.map(({ id }) => id)).toEqual(['a/1']);
    expect(await bench.storedItems()).toEqual(['a/1']);
    expect(page.emittedNames().at(-1)).toBe('item.removed a/0');
  });

  it('clears all items, also those not shown, and leaves running generations alone', async () => {
    const bench = clientBench({ limit: 2 });
    const page = await bench.open();
    for (const count of [1, 2, 3]) {
      bench.finish(`job-${count}`);
      await page.generate(`generation-${count}`);
    }
    await bench.advance(5_000);
    expect(page.items()).toHaveLength(2);
    await page.generate('running');
    await page.send({ type: 'CLEAR' });
    expect(page.items()).toEqual([]);
    expect(await bench.storedItems()).toEqual([]);
    expect(
      page
        .emittedNames()
        .filter(name => name.startsWith('item.removed'))
        .sort(),
    ).toEqual([1, 2, 3].map(count => `item.removed generation-${count}/0`));
    bench.finish('job-4');
    await bench.advance(10_000);
    expect(page.items()).toEqual(['running/0']);
  });
});
