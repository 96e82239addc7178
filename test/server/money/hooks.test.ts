import { GenerationError } from 'generation-lifecycle';
import { createGenerationServer } from 'generation-lifecycle/server';
import { describe, expect, it } from 'vitest';
import { done, failed, hour, lost, paidHalf, refused } from '../../support/paid-half.js';

type Told = { error?: { code: string; message: string; charged: string; retryable: boolean }; job?: { id: string } };
const jsonOf = async (response: Response) => (await response.json()) as Told;

describe('onReserve', () => {
  it('is called with what is about to be submitted, before the vendor is asked', async () => {
    const half = paidHalf();
    half.vendor.answer = async () => {
      expect(half.reserved()).toHaveLength(1);
      return { job: { id: 'job-1' } };
    };
    const { job } = await jsonOf(await half.submit());
    expect(half.reserved()).toEqual([
      {
        id: job?.id,
        key: 'key-1',
        backend: 'image',
        userId: 'ada',
        attempt: 1,
        user: { id: 'ada' },
        input: { prompt: 'a lighthouse' },
      },
    ]);
  });

  it('is called once for a key, however often it is submitted', async () => {
    const half = paidHalf();
    await Promise.all([half.submit(), half.submit(), half.submit()]);
    await half.submit();
    expect(half.reserved()).toHaveLength(1);
    expect((await half.submit('key-1', 'another wish')).status).toBe(422);
    expect(half.reserved()).toHaveLength(1);
    expect(half.vendor.posts).toBe(1);
  });

  it.each([
    ['an error', new Error('Two credits are missing.'), 402, 'payment-required', 'Two credits are missing.'],
    ['a text', 'You are out of credits.', 402, 'payment-required', 'You are out of credits.'],
    ['nothing', undefined, 402, 'payment-required', 'The server could not reserve the price of this generation.'],
    [
      'a GenerationError with a code of its own',
      new GenerationError({ code: 'rate-limited', message: 'Once an hour.', charged: 'maybe', retryAfterMs: 9_000 }),
      429,
      'rate-limited',
      'Once an hour.',
    ],
  ])('that throws %s refuses the submit, and the key is free', async (_, error, status, code, message) => {
    let isRefused = true;
    const half = paidHalf({
      onReserve(tx) {
        tx.set('reserved', ['nothing of this stays']);
        if (isRefused) throw error;
      },
    });
    const response = await half.submit();
    expect(response.status).toBe(status);
    const told = (await jsonOf(response)).error;
    expect(told).toMatchObject({ code, charged: 'no', message: expect.stringContaining(message) });
    expect(half.vendor.posts).toBe(0);
    expect(half.reserved()).toEqual([]);
    expect(await half.row()).toBeUndefined();
    isRefused = false;
    expect((await half.submit()).status).toBe(201);
  });

  it('may be asynchronous, and so may its refusal', async () => {
    const half = paidHalf({ onReserve: () => Promise.reject(new Error('The bank says no.')) });
    const response = await half.submit();
    expect([response.status, (await jsonOf(response)).error?.message]).toEqual([402, 'The bank says no.']);
  });

  it('tells the log of a refusal that has no code of its own, and the page no credentials', async () => {
    const half = paidHalf({
      onReserve() {
        throw new Error('GET https://bank.test/?token=abc123 has failed');
      },
    });
    expect((await jsonOf(await half.submit())).error?.message).toBe('GET https://bank.test/ has failed');
    const told = half.log.find(({ event }) => event === 'reserve.refused');
    expect(told?.message).toContain('https://bank.test/ has failed');
    expect(JSON.stringify(half.log)).not.toContain('abc123');
  });

  it('is called again for a key that was refused free of charge and settled so, once', async () => {
    const half = paidHalf();
    half.vendor.answer = post => (post === 1 ? Promise.reject(refused()) : Promise.resolve({ job: { id: 'job-2' } }));
    expect((await half.submit()).status).toBe(503);
    expect(half.settled()).toMatchObject([{ charged: 'no', attempt: 1, reserve: { credits: 3 } }]);
    await Promise.all([half.submit(), half.submit()]);
    expect(half.reserved().map(({ attempt }) => attempt)).toEqual([1, 2]);
    half.vendor.update = done();
    await expect.poll(() => half.sweep().then(() => half.settled())).toHaveLength(2);
    expect(half.settled()[1]).toMatchObject({ charged: 'yes', attempt: 2 });
    expect(half.corrected()).toEqual([]);
  });

  it('is not called again for a key whose first submit may have been charged', async () => {
    const half = paidHalf({ adapter: { idempotentSubmit: 'replays' } });
    half.vendor.answer = post => (post < 3 ? Promise.reject(lost()) : Promise.resolve({ job: { id: 'job-1' } }));
    await half.submit();
    await expect.poll(() => half.submit().then(async () => (await half.row())?.status)).toBe('running');
    half.vendor.update = done();
    await expect.poll(() => half.sweep(100).then(() => half.settled())).toHaveLength(1);
    expect(half.reserved()).toHaveLength(1);
  });

  it('that refuses the second try of a key leaves it as it was', async () => {
    const half = paidHalf({
      onReserve(_, { attempt }) {
        if (attempt > 1) throw new Error('The money is spent.');
      },
    });
    half.vendor.answer = () => Promise.reject(refused());
    await half.submit();
    const before = await half.row();
    const response = await half.submit();
    expect([response.status, (await jsonOf(response)).error?.message]).toEqual([402, 'The money is spent.']);
    expect(await half.row()).toEqual(before);
    expect(half.vendor.posts).toBe(1);
  });

  it('reserves nothing for a key that is only forbidden', async () => {
    const half = paidHalf();
    await half.ask('keys/key-1', { method: 'DELETE' });
    await half.submit();
    await half.sweep(100 * hour);
    expect([half.reserved(), half.settled(), half.vendor.posts]).toEqual([[], [], 0]);
  });

  it('reserves, and gives back, what was cancelled while it was submitted', async () => {
    const half = paidHalf();
    half.vendor.answer = async () => {
      await half.ask(`jobs/${(await half.row())?.id}/cancel`, { method: 'POST' });
      throw refused();
    };
    await half.submit();
    expect(half.settled()).toMatchObject([{ status: 'cancelled', charged: 'no', reserve: { credits: 3 } }]);
    expect(half.reserved()).toHaveLength(1);
  });
});

describe('onSettle', () => {
  it.each([
    ['done', done(12), { status: 'completed', charged: 'yes', cost: { amount: 12, unit: 'credits' } }],
    ['done at a cost that nobody says', done(), { status: 'completed', charged: 'yes' }],
    ['failed free of charge', failed('no'), { status: 'failed', charged: 'no' }],
    ['failed, and charged', failed('yes'), { status: 'failed', charged: 'yes' }],
    ['stopped', { kind: 'cancelled', charged: 'yes' } as const, { status: 'cancelled', charged: 'yes' }],
  ])('is called once for a job that is %s', async (_, update, told) => {
    const half = paidHalf();
    half.vendor.update = update;
    const { job } = await jsonOf(await half.submit());
    expect(half.settled()).toEqual([]);
    await expect.poll(() => half.sweep(100).then(() => half.settled())).toHaveLength(1);
    const about = { id: job?.id, key: 'key-1', backend: 'image', userId: 'ada', attempt: 1, reserve: { credits: 3 } };
    expect(half.settled()).toEqual([{ ...about, ...told }]);
    await half.sweep(100 * hour);
    await half.ask(`jobs/${job?.id}`);
    // This writes the row once more.
    await half.ask('keys/key-1', { method: 'DELETE' });
    expect([half.settled().length, half.corrected().length]).toEqual([1, 0]);
    expect((await half.row())?.dueAt).toBeNull();
  });

  it('is called in the write that stores the end', async () => {
    const half = paidHalf();
    await half.submit();
    half.vendor.update = done();
    const [before] = [Number((await half.row())?.version)];
    await half.sweep(100);
    expect(await half.row()).toMatchObject({ status: 'completed', version: before + 1 });
    expect(half.settled()).toHaveLength(1);
  });

  it('that throws loses no end: it is told, and called again, later each time', async () => {
    let fails = 3;
    const half = paidHalf({
      onSettle(tx, settlement) {
        tx.set('settled', [settlement]);
        fails -= 1;
        if (fails >= 0) throw new Error('The ledger is locked.');
      },
    });
    half.vendor.update = done();
    await half.submit();
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await half.sweep(round === 0 ? 100 : waits.at(-1));
      const row = await half.row();
      expect(row?.status).toBe('completed');
      expect(half.settled()).toEqual([]);
      waits.push(Number(row?.dueAt) - half.time.now() + 50);
    }
    expect(half.log.filter(({ event }) => event === 'settle.failed')).toHaveLength(3);
    expect(waits.map(wait => Math.round(wait / 1_000))).toEqual([1, 2, 4]);
    await half.sweep(waits.at(-1));
    expect(half.settled()).toMatchObject([{ status: 'completed', charged: 'yes' }]);
    expect(await half.row()).toMatchObject({ dueAt: null, status: 'completed' });
  });

  it('is called by a process that has it, and left to it by one that has not', async () => {
    const half = paidHalf();
    half.vendor.update = done();
    await half.submit();
    const without = paidHalf({ store: half.store, onReserve: undefined, onSettle: undefined, onCorrect: undefined });
    without.vendor.update = done();
    half.time.pass(100);
    await expect.poll(() => without.sweep().then(async () => (await half.row())?.status)).toBe('completed');
    expect(half.settled()).toEqual([]);
    await half.sweep(hour);
    expect(half.settled()).toMatchObject([{ charged: 'yes' }]);
  });

  it('is not called for jobs from before there were hooks', async () => {
    const without = paidHalf({ onReserve: undefined, onSettle: undefined, onCorrect: undefined });
    await without.submit();
    expect((await without.row())?.state).not.toHaveProperty('settlement');
    const half = paidHalf({ store: without.store });
    half.vendor.update = done();
    without.time.pass(100);
    await expect.poll(() => half.sweep().then(async () => (await half.row())?.status)).toBe('completed');
    expect(half.calls).toEqual([]);
  });

  it('is called by one of two that store the end at once', async () => {
    const half = paidHalf();
    await half.submit();
    half.vendor.update = done();
    half.time.pass(100);
    const id = String((await half.row())?.id);
    await Promise.all([half.server.sweep(), half.server.advance(id), half.ask(`jobs/${id}`), half.server.sweep()]);
    expect(half.settled()).toHaveLength(1);
    expect(half.calls.filter(name => name === 'settled')).toHaveLength(1);
  });
});

describe('a job of which nobody knows whether it is charged', () => {
  it('is settled as maybe after its time, and not before', async () => {
    const half = paidHalf({ settleMaybeAfterMs: 10 * hour });
    half.vendor.answer = () => Promise.reject(lost());
    await half.submit();
    expect((await half.row())?.status).toBe('failed');
    await half.sweep(9 * hour);
    expect(half.settled()).toEqual([]);
    await half.sweep(2 * hour);
    expect(half.settled()).toMatchObject([{ status: 'failed', charged: 'maybe', reserve: { credits: 3 } }]);
    await half.sweep(100 * hour);
    expect(half.settled()).toHaveLength(1);
  });

  it('is kept until it is settled, however short ends are kept', async () => {
    const half = paidHalf({ keepMs: hour, settleMaybeAfterMs: 10 * hour });
    half.vendor.answer = () => Promise.reject(lost());
    await half.submit();
    await half.sweep(9 * hour);
    expect(await half.row()).toBeDefined();
    await half.sweep(2 * hour);
    expect(half.settled()).toHaveLength(1);
    await half.sweep(2 * hour);
    expect(await half.row()).toBeUndefined();
  });

  const found = async (half: ReturnType<typeof paidHalf>, url: string) => {
    const response = await half.server.handle(new Request(url, { method: 'POST', body: '{"id":"job-1"}' }));
    expect(response.status).toBe(200);
  };
  /** A submit whose answer is lost, and the address at which the vendor tells of its job. */
  async function lostHalf(options: Parameters<typeof paidHalf>[0] = {}) {
    let url = '';
    const half = paidHalf(options);
    const { adapter } = half.vendor;
    const submit = (_: unknown, { webhookUrl }: { webhookUrl?: string }) => {
      url = String(webhookUrl);
      return Promise.reject(lost());
    };
    Object.assign(adapter, { submit });
    await half.submit();
    return { half, url: () => url };
  }

  it('is settled with the truth if that comes before', async () => {
    const { half, url } = await lostHalf();
    half.vendor.update = done(4);
    await found(half, url());
    await expect.poll(() => half.sweep(100).then(() => half.settled())).toHaveLength(1);
    expect(half.settled()).toMatchObject([{ status: 'completed', charged: 'yes', cost: { amount: 4 } }]);
    await half.sweep(100 * hour);
    expect([half.settled().length, half.corrected().length]).toEqual([1, 0]);
  });

  it('is not settled while it runs after all, and then once', async () => {
    const { half, url } = await lostHalf();
    await found(half, url());
    await half.sweep(25 * hour);
    half.vendor.update = done(4);
    await expect.poll(() => half.sweep(100).then(async () => (await half.row())?.status)).not.toBe('running');
    expect(half.settled()).toHaveLength(1);
  });

  it('is corrected, once for each change, if the truth comes after it was settled', async () => {
    const { half, url } = await lostHalf();
    await half.sweep(25 * hour);
    expect(half.settled()).toMatchObject([{ charged: 'maybe' }]);
    half.vendor.update = done(4);
    await found(half, url());
    await expect.poll(() => half.sweep(100).then(() => half.corrected())).toHaveLength(1);
    expect(half.corrected()).toMatchObject([
      {
        status: 'completed',
        charged: 'yes',
        cost: { amount: 4, unit: 'credits' },
        reserve: { credits: 3 },
        before: { status: 'failed', charged: 'maybe' },
      },
    ]);
    await half.sweep(100 * hour);
    await half.ask(`jobs/${(await half.row())?.id}`);
    expect([half.settled().length, half.corrected().length]).toEqual([1, 1]);
  });

  it('that nobody corrects goes to the log', async () => {
    const { half, url } = await lostHalf({ onCorrect: undefined });
    await half.sweep(25 * hour);
    half.vendor.update = done(4);
    await found(half, url());
    await expect.poll(() => half.sweep(100).then(async () => (await half.row())?.status)).toBe('completed');
    const told = half.log.filter(({ event }) => event === 'correct.missing');
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringContaining('was settled as failed, charged: maybe, and is completed, charged: yes, 4 credits'),
    ]);
  });

  it('that a correction cannot be stored for is corrected later', async () => {
    let fails = 1;
    const { half, url } = await lostHalf({
      onCorrect(tx, correction) {
        tx.set('corrected', [correction]);
        fails -= 1;
        if (fails >= 0) throw new Error('The ledger is locked.');
      },
    });
    await half.sweep(25 * hour);
    half.vendor.update = done(4);
    await found(half, url());
    await expect.poll(() => half.sweep(2_000).then(() => half.corrected())).toHaveLength(1);
    expect(half.log.filter(({ event }) => event === 'correct.failed')).toHaveLength(1);
    expect(half.corrected()).toMatchObject([{ before: { charged: 'maybe' }, charged: 'yes' }]);
  });

  it('counts its deadline as charged, and is corrected if the vendor says otherwise', async () => {
    const half = paidHalf();
    await half.submit();
    const id = String((await half.row())?.id);
    await half.sweep(1);
    await half.sweep(100 * hour);
    await expect.poll(() => half.sweep(1_000).then(async () => (await half.row())?.status)).toBe('failed');
    expect(half.settled()).toMatchObject([{ status: 'failed', charged: 'yes' }]);
    half.vendor.update = failed('no');
    half.time.pass(hour);
    await expect.poll(() => half.ask(`jobs/${id}`).then(() => half.corrected())).toHaveLength(1);
    expect(half.corrected()).toMatchObject([{ charged: 'no', before: { charged: 'yes' } }]);
  });
});

describe('what is not known', () => {
  it('corrects nothing that was settled', async () => {
    const half = paidHalf();
    await half.submit();
    await half.sweep(1);
    await half.sweep(100 * hour);
    await expect.poll(() => half.sweep(1_000).then(() => half.settled())).toHaveLength(1);
    half.vendor.update = failed('maybe');
    half.time.pass(hour);
    await half.ask(`jobs/${(await half.row())?.id}`);
    expect((await half.row())?.state).toMatchObject({ outcome: { failure: { charged: 'maybe' } } });
    await half.sweep(100 * hour);
    expect(half.corrected()).toEqual([]);
  });
});

describe('the options about money', () => {
  const adapter = { submit: async () => ({ job: { id: '1' } }), read: async () => done() };
  const common = {
    secrets: 'a secret of the tests, and of nothing else',
    authorize: () => ({ id: 'ada' }),
    backends: { image: { adapter, input: () => 1 } },
  };
  const { store } = paidHalf();
  const onSettle = () => undefined;
  const onReserve = (): number => 1;

  it.each([
    ['a relay', { onSettle }, 'onSettle needs a store'],
    ['a relay, too', { onReserve, onSettle }, 'onReserve needs a store'],
    ['a reservation that nobody settles', { store, onReserve }, 'onReserve needs onSettle'],
    ['a correction of nothing', { store, onCorrect: onSettle }, 'onCorrect needs onSettle'],
    ['a time for nothing', { store, settleMaybeAfterMs: 1 }, 'settleMaybeAfterMs needs onSettle'],
    ['what is no function', { store, onSettle: 'settle' as never }, 'onSettle is settle. Pass a function.'],
    ['what is no time', { store, onSettle, settleMaybeAfterMs: -1 }, 'settleMaybeAfterMs is -1'],
  ])('refuse %s', (_, options, text) => {
    expect(() => createGenerationServer({ ...common, ...options })).toThrow(TypeError);
    expect(() => createGenerationServer({ ...common, ...options })).toThrow(text);
  });

  it('cost nothing when they are left out: a row and its writes are the same', async () => {
    const writes: unknown[] = [];
    const memory = paidHalf().memory;
    const counting = {
      ...memory,
      write: (...call: Parameters<typeof memory.write>) => {
        writes.push(call[3]);
        return memory.write(...call);
      },
    };
    const half = paidHalf({ store: counting, onReserve: undefined, onSettle: undefined, onCorrect: undefined });
    half.vendor.update = done();
    await half.submit();
    await expect.poll(() => half.sweep(0).then(async () => (await half.row())?.status)).toBe('completed');
    expect(writes.length).toBeGreaterThan(1);
    expect(writes.every(within => within === undefined)).toBe(true);
    expect((await half.row())?.state).not.toHaveProperty('settlement');
  });
});
