import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type BenchOptions, clientBench, flush, type Item } from '../../support/client-bench.js';
import { error } from '../../support/scripted-generation.js';

const startedAt = 1_800_000_000_000;

type Refusal = Parameters<typeof error>;

/** A backend that refuses the first submits, each with the next refusal. */
async function opened(refusals: readonly Refusal[], options: BenchOptions = {}) {
  const left = [...refusals];
  const bench = clientBench({ concurrency: 1, ...options });
  const accept = bench.script.submit;
  bench.script.submit = call => {
    const refusal = left.shift();
    if (refusal) call.refuse(error(...refusal));
    else accept(call);
  };
  const page = await bench.open();
  return { bench, page, submitTimes: () => bench.submits.map(({ at }) => at) };
}

const limited = (retryAfterMs: number): Refusal => ['rate-limited', { retryable: true, retryAfterMs }];
const busy: Refusal = ['busy', { retryable: true }];

describe('a submit that the backend refuses for now', () => {
  it('M4: goes back to the queue, shows until when and why, and is sent again by itself with the same key', async () => {
    const { bench, page, submitTimes } = await opened([limited(30_000)]);
    const { items } = await page.generate('a');
    expect(page.generation('a')).toMatchObject({
      status: 'queued',
      queuePosition: 0,
      retryAt: startedAt + 30_000,
      refusal: { code: 'rate-limited', charged: 'no', retryAfterMs: 30_000 },
      failure: undefined,
      isRunning: true,
      canCancel: true,
    });
    await bench.advance(29_000);
    expect(bench.submits).toHaveLength(1);
    await bench.advance(1_000);
    expect(submitTimes()).toEqual([0, 30_000]);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'a']);
    expect(page.generation('a')).toMatchObject({ status: 'polling', retryAt: undefined, refusal: undefined });
    bench.finish('job-2');
    await bench.advance(10_000);
    expect(await items).toHaveLength(1);
    expect(page.emittedNames()).toEqual(['generation.started a', 'generation.completed a', 'item.added a/0']);
  });

  it('M4: holds the whole queue: one clock for all generations of the client', async () => {
    const { bench, page, submitTimes } = await opened([limited(10_000), limited(20_000)], { concurrency: 2 });
    for (const id of ['a', 'b', 'c']) page.client.generate({ prompt: id }, { id });
    await flush();
    expect(page.statuses()).toEqual({ a: 'queued', b: 'queued', c: 'queued' });
    expect(page.view().generations.map(({ id, retryAt, queuePosition }) => [id, retryAt, queuePosition])).toEqual([
      ['c', startedAt + 20_000, 0],
      ['b', startedAt + 20_000, 2],
      ['a', startedAt + 20_000, 1],
    ]);
    await bench.advance(19_999);
    expect(submitTimes()).toEqual([0, 0]);
    await bench.advance(1);
    expect(submitTimes()).toEqual([0, 0, 20_000, 20_000]);
    expect(page.statuses()).toEqual({ a: 'polling', b: 'queued', c: 'polling' });
    expect(page.generation('b')?.retryAt).toBeUndefined();
  });

  it('M4: holds the whole queue as long as the longest wait says: a later refusal with a shorter one changes nothing', async () => {
    const { bench, page, submitTimes } = await opened([limited(20_000), limited(1_000)], { concurrency: 2 });
    for (const id of ['a', 'b']) page.client.generate({ prompt: id }, { id });
    await flush();
    expect(page.view().generations.map(({ retryAt }) => retryAt)).toEqual([startedAt + 20_000, startedAt + 20_000]);
    await bench.advance(19_999);
    expect(submitTimes()).toEqual([0, 0]);
    await bench.advance(1);
    expect(submitTimes()).toEqual([0, 0, 20_000, 20_000]);
  });

  it('M4: waits 2, 5, 15, 30 and 60 s where the backend names no wait, and begins anew once it has accepted one', async () => {
    const { bench, page, submitTimes } = await opened([...Array.from({ length: 6 }, () => busy)]);
    await page.generate('a');
    await bench.advance(200_000);
    expect(submitTimes()).toEqual([0, 2_000, 7_000, 22_000, 52_000, 112_000, 172_000]);
    bench.finish('job-7');
    await bench.advance(20_000);
    expect(page.generation('a')?.status).toBe('completed');

    bench.script.submit = call => call.refuse(error(...busy));
    await page.generate('b', 'next');
    expect(page.generation('b')?.retryAt).toBe(bench.world.environment.now() + 2_000);
  });

  it('M4: a backend that breaks, names a wait and charges nothing is asked again', async () => {
    const { bench, page } = await opened([['network', { status: 503, retryAfterMs: 4_000 }]]);
    await page.generate('a');
    expect(page.generation('a')).toMatchObject({ status: 'queued', retryAt: startedAt + 4_000 });
    await bench.advance(4_000);
    expect(bench.submits).toHaveLength(2);
  });

  it.each<[string, Refusal]>([
    ['may have been charged', ['rate-limited', { charged: 'maybe', retryAfterMs: 1_000 }]],
    ['is for good', ['payment-required', { retryable: true }]],
    ['refuses the content, whatever wait a proxy names', ['moderated', { retryAfterMs: 1_000 }]],
    ['refuses the input, whatever wait a proxy names', ['bad-input', { retryAfterMs: 1_000 }]],
    ['refuses the user, whatever wait a proxy names', ['unauthorized', { retryAfterMs: 1_000 }]],
    ['asks for money, whatever wait a proxy names', ['payment-required', { retryAfterMs: 1_000 }]],
  ])('M4: ends the generation when it %s', async (_, refusal) => {
    const { bench, page } = await opened([refusal]);
    await page.generate('a');
    await bench.advance(120_000);
    expect(page.generation('a')).toMatchObject({ status: 'failed', failure: { code: refusal[0] } });
    expect(bench.submits).toHaveLength(1);
  });

  it('M4: is cancelled while it waits without a charge, and the rest goes on after the wait', async () => {
    const { bench, page } = await opened([limited(30_000)]);
    await page.generate('a', 'a');
    await page.generate('b', 'b');
    await page.send({ type: 'CANCEL', id: 'a' });
    expect(page.generation('a')).toMatchObject({
      status: 'cancelled',
      charged: 'no',
      stopped: true,
      retryAt: undefined,
    });
    expect(page.generation('b')).toMatchObject({ status: 'queued', retryAt: startedAt + 30_000 });
    await bench.advance(60_000);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'b']);
    expect(await bench.storedGenerations()).toEqual(['b']);
  });

  it.each([{ idempotentSubmit: undefined }, { idempotentSubmit: 'replays' as const }])(
    'M4: is forgotten by a reload, as all that is queued: neither submitted nor interrupted (%o)',
    async options => {
      const { bench, page } = await opened([limited(30_000)], options);
      await page.generate('a');
      expect(await bench.storedGenerations()).toEqual([]);
      await page.close();
      const next = await bench.open();
      await bench.advance(120_000);
      expect(next.view().generations).toEqual([]);
      expect(next.emitted).toEqual([]);
      expect(bench.submits).toHaveLength(1);
    },
  );

  it('M4: is submitted once by two tabs', async () => {
    const { bench, page } = await opened([limited(5_000)]);
    const other = await bench.open();
    await page.generate('a');
    await bench.advance(1_000);
    expect(other.view().generations).toEqual([]);
    await bench.advance(5_000);
    expect(bench.submits).toHaveLength(2);
    expect(other.statuses()).toEqual({ a: 'polling' });
    bench.finish('job-2');
    await bench.advance(10_000);
    expect([page.items(), other.items()]).toEqual([['a/0'], ['a/0']]);
  });

  it('M4: follows stored jobs meanwhile, because that submits nothing', async () => {
    const { bench, page } = await opened([]);
    await page.generate('running');
    await bench.advance(2_000);
    await page.close();
    bench.script.submit = call => call.refuse(error(...limited(60_000)));
    const next = await bench.open();
    next.client.generate({ prompt: 'new' }, { id: 'new' });
    await bench.advance(2_000);
    await next.send({ type: 'CANCEL', id: 'running' });
    await bench.advance(20_000);
    expect(next.generation('running')?.status).toBe('cancelled');
  });

  it.each(['rate-limited', 'busy'] as const)(
    'M4: waits and asks again with the same key for a submit of an earlier session, which may have been charged (%s)',
    async code => {
      const { bench, page } = await opened([], { idempotentSubmit: 'replays' });
      bench.script.submit = () => {};
      await page.generate('a', 'fog');
      await page.close();
      bench.script.submit = call => call.refuse(error(code, { retryable: true, retryAfterMs: 200_000 }));
      const next = await bench.open();
      await bench.advance(1_000);
      expect(next.generation('a')).toMatchObject({ status: 'queued', refusal: { code, charged: 'maybe' } });
      expect(next.generation('a')?.retryAt).toBeGreaterThan(bench.world.environment.now());
      expect(await bench.storedGenerations()).toEqual(['a']);
      bench.script.submit = call => call.answer({ job: { id: 'job-1' } });
      bench.finish('job-1');
      await bench.advance(210_000);
      expect(new Set(bench.submits.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(['a']));
      expect(next.generation('a')).toMatchObject({ status: 'completed', items: [{ id: 'a/0' }] });
    },
  );

  it('M4: asks again for a retry with the same key, too, and ends once the backend has refused it too often', async () => {
    const { bench, page } = await opened([['timeout', { charged: 'maybe' }]], { idempotentSubmit: 'replays' });
    await page.generate('a', 'fog');
    bench.script.submit = call => call.refuse(error(...limited(60_000)));
    await page.send({ type: 'RETRY', id: 'a', as: 'b' });
    await bench.advance(300_000);
    expect(page.generation('b')).toMatchObject({ status: 'queued', refusal: { charged: 'maybe' } });
    await bench.advance(600_000);
    expect(page.generation('b')).toMatchObject({ status: 'failed', charged: 'maybe', canRetry: true });
    expect(new Set(bench.submits.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(['a']));
  });

  it('M4: is cancelled while it waits to ask again, and says that it may have been charged', async () => {
    const { bench, page } = await opened([], { idempotentSubmit: 'replays' });
    bench.script.submit = () => {};
    await page.generate('a', 'fog');
    await page.close();
    bench.script.submit = call => call.refuse(error(...limited(60_000)));
    const next = await bench.open();
    await bench.advance(1_000);
    await next.send({ type: 'CANCEL', id: 'a' });
    await bench.advance(1_000);
    expect(next.generation('a')).toMatchObject({ status: 'cancelled', charged: 'maybe', stopped: false });
    await bench.advance(200_000);
    expect(bench.submits).toHaveLength(2);
  });

  it.each([
    ['in the past', -5, 2_000],
    ['no number', Number.NaN, 2_000],
    ['endless', Number.POSITIVE_INFINITY, 2_000],
    ['longer than a timer can wait', 2 ** 40, 86_400_000],
  ])('M4: does not hang or hurry when the wait is %s', async (_, retryAfterMs, waitMs) => {
    const { bench, page } = await opened([limited(retryAfterMs)]);
    await page.generate('a');
    expect(page.generation('a')?.retryAt).toBe(startedAt + waitMs);
    await bench.advance(1_000);
    expect(bench.submits).toHaveLength(1);
    await bench.advance(waitMs);
    expect(bench.submits).toHaveLength(2);
  });

  it('M4: is sent again when the store failed to remove it meanwhile', async () => {
    const { store: whole } = clientBench();
    let isBroken = true;
    const store: typeof whole = {
      ...whole,
      updateGeneration: (id, change) =>
        whole.updateGeneration(id, found => {
          const next = change(found);
          if (isBroken && found && !next) throw Error('no storage here');
          return next;
        }),
    };
    const { bench, page } = await opened([limited(5_000)], { store });
    await page.generate('a');
    expect(page.generation('a')).toMatchObject({ status: 'queued' });
    expect(page.view().storageError).toBe('storage-unavailable');
    isBroken = false;
    await bench.advance(5_000);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'a']);
    expect(page.generation('a')?.status).toBe('polling');
  });

  it('M4: lets the others go first: a generation that is refused again and again starves none', async () => {
    const { bench, page } = await opened([]);
    bench.script.submit = call => {
      if (call.idempotencyKey === 'bad') call.refuse(error(...busy));
      else call.answer({ job: { id: `job-${call.idempotencyKey}` } });
    };
    for (const id of ['bad', 'b', 'c']) {
      await page.generate(id, id);
      bench.finish(`job-${id}`);
    }
    await bench.advance(2_000);
    expect(['b', 'c', 'bad'].map(id => page.generation(id)?.queuePosition)).toEqual([0, 1, 2]);
    await bench.advance(60_000);
    expect(page.statuses()).toEqual({ c: 'completed', b: 'completed', bad: 'queued' });
    // What comes later does not go before what has waited.
    await page.generate('late', 'late');
    expect(page.generation('late')?.queuePosition).toBe(1);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey).slice(0, 5)).toEqual([
      'bad',
      'bad',
      'b',
      'c',
      'bad',
    ]);
  });

  it('M4: ends after 10 refusals in 10 minutes with the reason, without a charge, and can be retried', async () => {
    const { bench, page } = await opened([], { concurrency: 1 });
    bench.script.submit = call => call.refuse(error('busy', { message: 'All GPUs are busy.', retryable: true }));
    const { items } = await page.generate('a');
    await page.generate('b', 'fog');
    await bench.advance(600_000);
    expect(page.statuses()).toEqual({ a: 'queued', b: 'queued' });
    await bench.advance(900_000);
    const failure = {
      code: 'busy',
      charged: 'no',
      retryable: true,
      message: expect.stringMatching(/^All GPUs are busy\. .*generation a for more than 10 minutes.*Retry it later/),
    };
    expect(page.generation('a')).toMatchObject({ status: 'failed', failure, canRetry: true, retryAt: undefined });
    await expect(items).rejects.toMatchObject({ code: 'busy' });
    expect(page.generation('b')?.status).toBe('failed');
    expect(await bench.storedGenerations()).toEqual([]);
    expect(bench.submits.filter(({ idempotencyKey }) => idempotencyKey === 'a').length).toBeGreaterThanOrEqual(10);
    const count = bench.submits.length;
    await bench.advance(900_000);
    expect(bench.submits).toHaveLength(count);
  });

  it('M4: is not given up while the backend itself names long waits', async () => {
    const { bench, page } = await opened(Array.from({ length: 8 }, () => limited(3_600_000)));
    await page.generate('a');
    await bench.advance(8 * 3_600_000 + 1_000);
    expect(page.generation('a')?.status).toBe('polling');
  });

  it('M4: is not given up for many refusals in a short time', async () => {
    const { bench, page } = await opened(Array.from({ length: 20 }, () => limited(5_000)));
    await page.generate('a');
    await bench.advance(300_000);
    expect(bench.submits).toHaveLength(21);
    expect(page.generation('a')?.status).toBe('polling');
  });

  it('M4: holds the other clients of the same adapter in this page, also one that starts later', async () => {
    const { bench, page, submitTimes } = await opened([limited(10_000)]);
    const other = await bench.open({ name: 'videos', store: memoryStore<Item>() });
    await page.generate('a', 'a');
    await other.generate('b', 'b');
    const late = await bench.open({ name: 'songs', store: memoryStore<Item>() });
    await late.generate('c', 'c');
    for (const [one, id] of [
      [other, 'b'],
      [late, 'c'],
    ] as const)
      expect(one.generation(id)).toMatchObject({ status: 'queued', retryAt: startedAt + 10_000, refusal: undefined });
    expect(submitTimes()).toEqual([0]);
    await bench.advance(10_000);
    expect(submitTimes()).toEqual([0, 10_000, 10_000, 10_000]);
    const elsewhere = clientBench();
    const stranger = await elsewhere.open();
    await stranger.generate('d');
    expect(elsewhere.submits).toHaveLength(1);
  });

  it('M4: is told to the other clients of the adapter, and not to the one that was refused', async () => {
    const { bench } = await opened([limited(10_000)]);
    const told: string[] = [];
    const openInspected = (name: string) =>
      bench.open({
        name,
        store: memoryStore<Item>(),
        inspect: inspected => {
          if (inspected.type === '@xstate.event' && inspected.event.type === 'queue.held') told.push(name);
        },
      });
    const [refused] = [await openInspected('videos'), await openInspected('songs')];
    await refused.generate('a');
    expect(told).toEqual(['songs']);
  });

  it('M4: is over for a client that starts when it ends', async () => {
    const { bench, page, submitTimes } = await opened([limited(10_000)]);
    const other = await bench.open({ name: 'videos', store: memoryStore<Item>() });
    other.client.stop();
    await page.generate('a', 'a');
    await bench.advance(10_000);
    await other.generate('b', 'b');
    expect(submitTimes()).toEqual([0, 10_000, 10_000]);
  });
});
