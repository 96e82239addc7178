import { createGenerationMachine, type JobRef, runGeneration } from 'generation-lifecycle';
import { fal } from 'generation-lifecycle/adapters/fal';
import { type JobStore, memoryJobs } from 'generation-lifecycle/server';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor, toPromise } from 'xstate';
import { durableHalf, type Picture, serverHalf, type Wish } from '../support/server-half.js';

const policy = { pollDelayMs: [20], minReadGapMs: 10 };
const wish = { prompt: 'a lighthouse' };
const call = () => ({ signal: new AbortController().signal });
type Told = {
  job: JobRef | null;
  version: number;
  update?: { kind: string; phase?: string; charged?: string; failure?: { code: string; charged: string } };
  error?: { code: string; charged: string; message: string };
};
const jsonOf = async (response: Response) => (await response.json()) as Told;
const forever = { scenario: { queuedMs: 3_600_000 } };

describe('the durable half', () => {
  it('brings a generation from a page to its vendor, and the picture back, without an engine', async () => {
    const { page, double } = durableHalf();
    const machine = createGenerationMachine(page('ada', true), { policy });
    const { images } = await runGeneration(machine, wish);
    expect(images[0]?.url).toContain('fal-job-1');
    expect(double.chargedCount).toBe(1);
  });

  it('ends a job with no page open, by its engine', async () => {
    const { server, submit, store, double } = durableHalf();
    server.start();
    onTestFinished(() => server.stop());
    const { job } = await jsonOf(await submit('ada'));
    await expect.poll(async () => (await store.get(String(job?.id)))?.status).toBe('completed');
    expect(double.chargedCount).toBe(1);
  });

  it('ends a job with no page open, by a cron that sweeps', async () => {
    const { server, submit, store } = durableHalf();
    const { job } = await jsonOf(await submit('ada'));
    await expect
      .poll(async () => {
        await server.sweep();
        return (await store.get(String(job?.id)))?.status;
      })
      .toBe('completed');
    expect(await server.sweep()).toBe(0);
  });

  it('makes nothing of steps that are not due, however many there are', async () => {
    const { backend, double } = serverHalf({}, forever);
    const image = { ...backend, policy: { pollDelayMs: [60_000] } };
    const { server, submit, store } = durableHalf({ backends: { image, other: image } });
    const { job } = await jsonOf(await submit('ada'));
    const id = String(job?.id);
    await server.advance(id);
    const [row, { length }] = [await store.get(id), double.requests];
    await Promise.all(Array.from({ length: 10 }, () => server.advance(id)));
    expect(double.requests.length).toBe(length);
    expect(await store.get(id)).toEqual(row);
    expect(await server.advance('nobody')).toBeUndefined();
  });

  it('reads a job once, however many ask for its step at once', async () => {
    const { server, submit, double } = durableHalf({}, forever);
    const { job } = await jsonOf(await submit('ada'));
    await Promise.all(Array.from({ length: 10 }, () => server.advance(String(job?.id))));
    expect(double.requests.filter(({ action }) => action === 'read')).toHaveLength(1);
  });

  it('answers a repeated key with the first job, and buys nothing again', async () => {
    const { submit, double } = durableHalf({}, forever);
    const [first, again] = [await submit('ada'), await submit('ada')];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect((await jsonOf(again)).job).toEqual((await jsonOf(first)).job);
    expect(double.chargedCount).toBe(1);
  });

  it('buys once for two submits with one key that come at once', async () => {
    const { submit, double } = durableHalf({}, forever);
    const answers = await Promise.all([submit('ada'), submit('ada'), submit('ada')]);
    const ids = await Promise.all(answers.map(async answer => (await jsonOf(answer)).job?.id));
    expect(new Set(ids).size).toBe(1);
    expect(double.chargedCount).toBe(1);
  });

  it('refuses a known key with another wish', async () => {
    const { submit, double } = durableHalf({}, forever);
    await submit('ada');
    const other = await submit('ada', { body: '{"prompt":"a castle"}' });
    expect(other.status).toBe(422);
    expect((await jsonOf(other)).error).toMatchObject({ code: 'bad-input', charged: 'no' });
    expect(double.chargedCount).toBe(1);
  });

  it('keeps a job although the store is away when the vendor answers', async () => {
    const store = memoryJobs();
    let failures = 0;
    const half: ReturnType<typeof durableHalf> = durableHalf({
      store: {
        ...store,
        write: async (...call) => {
          if (half.double.chargedCount === 0) return store.write(...call);
          // The first is refused. The second is made, and its answer is lost.
          failures += 1;
          if (failures === 2) await store.write(...call);
          if (failures <= 2) throw new Error('The store is away.');
          return store.write(...call);
        },
      },
    });
    const answer = await half.submit('ada');
    const { job } = await jsonOf(answer);
    expect(answer.status).toBe(201);
    expect((await store.get(String(job?.id)))?.status).toBe('running');
    expect(half.double.chargedCount).toBe(1);
    expect(half.log.filter(({ event }) => event === 'store.failed')).toHaveLength(2);
  });

  it('takes the same wish for the same one, in whatever order its members are', async () => {
    const { submit, double } = durableHalf({}, forever);
    await submit('ada', { body: '{"prompt":"a","seed":1}' });
    const again = await submit('ada', { body: '{ "seed": 1, "prompt": "a" }' });
    expect(again.status).toBe(200);
    expect(double.chargedCount).toBe(1);
  });

  it('gives the key of one user to another one, too', async () => {
    const { submit, double } = durableHalf({}, forever);
    await submit('ada');
    expect((await submit('bob')).status).toBe(201);
    expect(double.chargedCount).toBe(2);
  });

  it('tells a job of another user as none', async () => {
    const { submit, ask } = durableHalf({}, forever);
    const { job } = await jsonOf(await submit('ada'));
    const answers = await Promise.all([
      ask(`image/jobs/${job?.id}`, { user: 'bob' }),
      ask(`image/jobs/${job?.id}/events`, { user: 'bob' }),
      ask(`image/jobs/${job?.id}/cancel`, { user: 'bob', method: 'POST' }),
      ask(`other/jobs/${job?.id}`, { user: 'ada' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    const many = await ask(`image/jobs?ids=${job?.id}`, { user: 'bob' });
    expect(await many.json()).toEqual({ jobs: [] });
  });

  it('tells a refusal, and lets the same key try again where nothing was charged', async () => {
    const scenario = { faults: [{ on: 'submit' as const, answer: 429, retryAfter: 1, times: 1 }] };
    const { submit, double } = durableHalf({}, { scenario });
    const first = await submit('ada');
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await submit('ada')).status).toBe(201);
    expect(double.chargedCount).toBe(1);
  });

  it('never sends a submit again whose answer was lost', async () => {
    const { submit, ask, double } = durableHalf({}, { scenario: { faults: [{ on: 'submit', answer: 'lost' }] } });
    const lost = await submit('ada');
    expect((await jsonOf(lost)).error).toMatchObject({ charged: 'maybe' });
    const again = await jsonOf(await submit('ada'));
    // Without a webhook nothing more will be known.
    expect(again.update).toMatchObject({ kind: 'failed', failure: { charged: 'maybe', resumable: false } });
    const found = await jsonOf(await ask('image/keys/key-1', { user: 'ada' }));
    expect(found.update?.kind).toBe('failed');
    expect(double.chargedCount).toBe(1);
  });

  it('sends a submit again whose answer was lost, with the same key, where the vendor replays keys', async () => {
    const keys: string[] = [];
    const { adapter, backend } = serverHalf({}, forever);
    const replaying = {
      ...backend,
      adapter: {
        ...adapter,
        idempotentSubmit: 'replays' as const,
        submit: async (_: object, { idempotencyKey }: { readonly idempotencyKey: string }) => {
          keys.push(idempotencyKey);
          if (keys.length === 1) throw new TypeError('the connection broke');
          return { job: { id: 'the-first-job' } };
        },
      },
    };
    const { submit, store } = durableHalf({ backends: { image: replaying, other: replaying } });
    expect((await jsonOf(await submit('ada'))).error).toMatchObject({ charged: 'maybe' });
    const again = await submit('ada');
    expect(again.status).toBe(201);
    expect(new Set(keys).size).toBe(1);
    const row = await store.findByKey('ada', 'key-1');
    expect(row).toMatchObject({ status: 'running', state: { token: { job: { id: 'the-first-job' } } } });
  });

  it('answers many reads with one request, and only about one’s own', async () => {
    const { submit, ask } = durableHalf({}, forever);
    const ids = await Promise.all(['a', 'b'].map(async key => (await jsonOf(await submit('ada', { key }))).job?.id));
    const answer = await ask(`image/jobs?ids=${[...ids, 'nobody'].join()}`, { user: 'ada' });
    const { jobs } = (await answer.json()) as { jobs: Told[] };
    expect(jobs.map(({ job }) => job?.id).sort()).toEqual([...ids].sort());
    const tooMany = Array.from({ length: 101 }, (_, at) => `id-${at}`).join();
    expect((await ask(`image/jobs?ids=${tooMany}`, { user: 'ada' })).status).toBe(400);
  });

  it('goes on with a job that a relay has sealed before', async () => {
    const relay = serverHalf();
    const { job } = (await (await relay.submit('ada')).json()) as { job: JobRef };
    const { page, store } = durableHalf({}, {});
    // The new server has its own double, which does not know the job: it was asked about it.
    const read = page('ada', true).read(job, call());
    await expect(read).rejects.toMatchObject({ failure: { code: 'not-found' } });
    expect(await store.get(job.id)).toBeUndefined();
  });
});

describe('a cancel', () => {
  it('takes a job out of the queue', async () => {
    const { page, submit, ask } = durableHalf({}, forever);
    const { job } = await jsonOf(await submit('ada'));
    const told = await jsonOf(await ask(`image/jobs/${job?.id}/cancel`, { user: 'ada', method: 'POST' }));
    expect(told.update?.kind).toBe('cancelled');
    expect(await page('ada', true).read({ id: String(job?.id) }, call())).toMatchObject({ kind: 'cancelled' });
  });

  it('is carried out by whoever makes the next step, if the page goes away', async () => {
    const scenario = { queuedMs: 0, runningMs: 3_600_000, stopsAfterMs: 30 };
    const { server, submit, ask, store, double } = durableHalf({}, { scenario });
    const { job } = await jsonOf(await submit('ada'));
    await ask(`image/jobs/${job?.id}/cancel`, { user: 'ada', method: 'POST' });
    server.start();
    onTestFinished(() => server.stop());
    await expect.poll(async () => (await store.get(String(job?.id)))?.status).toBe('cancelled');
    expect(double.requests.filter(({ action }) => action === 'cancel')).toHaveLength(1);
  });

  it('that comes during the submit stops the job once the vendor has named it', async () => {
    let accept = () => {};
    const accepted = new Promise<void>(resolve => {
      accept = resolve;
    });
    const half = durableHalf({}, { ...forever });
    const slow = durableHalf(
      {
        store: half.store,
        backends: {
          image: {
            adapter: {
              ...half.adapter,
              submit: async (input, given) => {
                const submission = await half.adapter.submit(input, given);
                await accepted;
                return submission;
              },
            },
            input: () => wish,
          },
          other: { adapter: half.adapter, input: () => wish },
        },
      },
      forever,
    );
    const answer = slow.submit('ada');
    await expect.poll(() => half.double.chargedCount).toBe(1);
    const forbidden = await jsonOf(await slow.ask('image/keys/key-1', { user: 'ada', method: 'DELETE' }));
    expect(forbidden.update?.kind).toBe('pending');
    accept();
    const { job } = await jsonOf(await answer);
    await slow.server.sweep();
    expect(await half.store.get(String(job?.id))).toMatchObject({ status: 'cancelled' });
  });
});

describe('a cancel in vain', () => {
  const vain = { queuedMs: 0, runningMs: 3_600_000, stopsAfterMs: Number.POSITIVE_INFINITY };

  /** A half that gives a cancel up at once, and a job that was cancelled there. */
  async function cancelled(
    options: Parameters<typeof durableHalf>[0] = {},
    vendor: Parameters<typeof durableHalf>[1] = {},
  ) {
    const { backend } = serverHalf({}, { scenario: vain });
    const policy = { pollDelayMs: [20], minReadGapMs: 10, cancelPatienceMs: 30 };
    const double = vendor.double ?? falDouble({ scenario: vain, ...vendor });
    const adapter = fal<Wish, Picture>({ model: 'fal-ai/flux/dev', apiKey: 'id:any', fetch: double.fetch });
    const half = durableHalf(
      { backends: { image: { ...backend, adapter, policy }, other: backend }, ...options },
      { double },
    );
    const { job } = await jsonOf(await half.submit('ada'));
    const id = String(job?.id);
    await half.ask(`image/jobs/${id}/cancel`, { user: 'ada', method: 'POST' });
    await expect
      .poll(async () => {
        await half.server.sweep();
        return (await half.store.get(id))?.status;
      })
      .toBe('cancelled');
    return { ...half, id };
  }

  it('is told as one, and not as a job that has stopped', async () => {
    const { store, id } = await cancelled();
    expect((await store.get(id))?.state).toMatchObject({
      isAssumed: true,
      outcome: { kind: 'cancelled', stopped: false, charged: 'yes' },
    });
  });

  it('is shown so by the page', async () => {
    const { page } = durableHalf({ backends: { image: withoutCancel(), other: withoutCancel() } });
    const actor = createActor(createGenerationMachine(page('ada', true), { policy }), { input: { id: 'g-1' } });
    actor.on('submitted', () => actor.send({ type: 'CANCEL' }));
    actor.start();
    actor.send({ type: 'GENERATE', input: wish });
    expect(await toPromise(actor)).toMatchObject({ status: 'cancelled', stopped: false, charged: 'yes' });
  });

  const withoutCancel = () => {
    const { backend } = serverHalf({}, { scenario: vain });
    const { cancel: _, ...adapter } = backend.adapter;
    return { ...backend, adapter };
  };

  it('hides no picture: a job that ends after all is there when a page reads it', async () => {
    let now = 0;
    const clock = { now: () => now, setTimeout: () => 0, clearTimeout: () => undefined };
    const { page, id, double } = await cancelled({}, { scenario: vain, clock });
    now = 7_200_000;
    await expect.poll(async () => (await page('ada', true).read({ id }, call())).kind).toBe('succeeded');
    expect(double.chargedCount).toBe(1);
    expect(double.requests.filter(({ action }) => action === 'cancel')).toHaveLength(1);
  });

  it('of a submit whose answer was lost is not told as stopped, either', async () => {
    const store = memoryJobs();
    const { submit, server, ask } = durableHalf(
      { store, leaseMs: 30 },
      { scenario: { faults: [{ on: 'submit', answer: 'hangs' }] } },
    );
    void submit('ada');
    await expect.poll(() => store.findByKey('ada', 'key-1')).toBeDefined();
    // As if the process had ended: its lease is not renewed.
    store.renew = async () => false;
    await ask('image/keys/key-1', { user: 'ada', method: 'DELETE' });
    await expect
      .poll(async () => {
        await server.sweep();
        return (await store.findByKey('ada', 'key-1'))?.status;
      })
      .toBe('cancelled');
    const told = await jsonOf(await ask('image/keys/key-1', { user: 'ada', method: 'DELETE' }));
    expect(told.update).toEqual({ kind: 'cancelled', stopped: false, charged: 'maybe' });
  });
});

describe('keys', () => {
  it('that are forbidden before their submit are never bought', async () => {
    const { ask, submit, double } = durableHalf();
    expect(await jsonOf(await ask('image/keys/key-1', { user: 'ada', method: 'DELETE' }))).toEqual({ job: null });
    const late = await jsonOf(await submit('ada'));
    expect(late.update).toMatchObject({ kind: 'cancelled', charged: 'no' });
    expect(double.chargedCount).toBe(0);
    expect(await jsonOf(await ask('image/keys/key-1', { user: 'ada', method: 'DELETE' }))).toEqual({ job: null });
  });

  it('that were refused can be forbidden, and then buy nothing any more', async () => {
    const scenario = { faults: [{ on: 'submit' as const, answer: 429, times: 1 }] };
    const { ask, submit, double } = durableHalf({}, { scenario });
    await submit('ada');
    expect(await jsonOf(await ask('image/keys/key-1', { user: 'ada', method: 'DELETE' }))).toEqual({ job: null });
    await submit('ada');
    expect(double.chargedCount).toBe(0);
  });

  it('that nobody has submitted are not found, which is no error', async () => {
    const { ask } = durableHalf();
    const response = await ask('image/keys/key-1', { user: 'ada' });
    expect([response.status, await response.json()]).toEqual([200, { job: null }]);
  });

  it('of an unknown form are found as they were sent', async () => {
    const { page } = durableHalf({}, forever);
    const pictures = page('ada', true);
    const idempotencyKey = 'ä key / with % and more';
    const { job } = await pictures.submit(wish, { ...call(), idempotencyKey });
    expect((await pictures.find?.(idempotencyKey, call()))?.job.id).toBe(job.id);
  });
});

describe('limits', () => {
  const statusOf = async (response: Promise<Response>) => (await response).status;

  it('on the submits of a minute', async () => {
    const { submit } = durableHalf({ wishesPerMinute: 2 }, forever);
    const statuses = await Promise.all(['a', 'b', 'c'].map(key => statusOf(submit('ada', { key }))));
    expect(statuses.sort()).toEqual([201, 201, 429]);
    const refused = await submit('ada', { key: 'd' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await jsonOf(refused)).error).toMatchObject({ code: 'rate-limited', charged: 'no' });
    expect(await statusOf(submit('bob', { key: 'a' }))).toBe(201);
  });

  it('on the running jobs of a user', async () => {
    const { submit, server, store } = durableHalf({ maxRunningPerUser: 1 });
    const { job } = await jsonOf(await submit('ada', { key: 'a' }));
    expect(await statusOf(submit('ada', { key: 'b' }))).toBe(429);
    expect(await statusOf(submit('ada', { key: 'a' }))).toBe(200);
    await expect
      .poll(async () => {
        await server.sweep();
        return (await store.get(String(job?.id)))?.status;
      })
      .toBe('completed');
    expect(await statusOf(submit('ada', { key: 'b' }))).toBe(201);
  });

  it('on the running jobs of a backend', async () => {
    const half = serverHalf({}, forever);
    const limited = durableHalf({ backends: { image: { ...half.backend, maxRunning: 1 }, other: half.backend } });
    expect(await statusOf(limited.submit('ada'))).toBe(201);
    expect(await statusOf(limited.submit('bob'))).toBe(429);
  });
});

describe('a process that is gone before it has sent a submit', () => {
  const row = (store: JobStore) => store.findByKey('ada', 'key-1');

  /** A store whose next write does not come back, as if the process had ended in it. */
  function dyingStore(leaseMs: number) {
    const store = memoryJobs();
    const dying = { ...store, write: () => new Promise<never>(() => {}), renew: async () => false };
    const dead = durableHalf({ store: dying, leaseMs }, forever);
    return { store, dead, submitted: () => void dead.submit('ada') };
  }

  it('leaves nothing that may have been charged, and the same key submits again', async () => {
    const { store, dead, submitted } = dyingStore(30);
    const { submit, server, ask, double } = durableHalf({ store }, { scenario: { queuedMs: 5, runningMs: 5 } });
    submitted();
    await expect.poll(() => row(store)).toBeDefined();
    await expect
      .poll(async () => {
        await server.sweep();
        return (await row(store))?.status;
      })
      .toBe('failed');
    expect((await row(store))?.state).toMatchObject({ outcome: { failure: { code: 'interrupted', charged: 'no' } } });
    expect(await jsonOf(await ask('image/keys/key-1', { user: 'ada' }))).toEqual({ job: null });
    expect((await submit('ada')).status).toBe(201);
    expect([dead.double.chargedCount, double.chargedCount]).toEqual([0, 1]);
  });

  it('is waited for, and told as in progress as long as it may still send it', async () => {
    const { store, submitted, dead } = dyingStore(60_000);
    const { submit, ask, double } = durableHalf({ store }, forever);
    submitted();
    await expect.poll(() => row(store)).toBeDefined();
    const answers = await Promise.all([submit('ada'), ask('image/keys/key-1', { user: 'ada' })]);
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([409, '1']);
      expect((await jsonOf(answer)).error).toMatchObject({ code: 'busy', charged: 'maybe' });
    }
    expect([dead.double.chargedCount, double.chargedCount]).toEqual([0, 0]);
  });

  it('is taken over by a submit with the same key, which a page sends by itself', async () => {
    const { store, submitted, dead } = dyingStore(500);
    const { page, double } = durableHalf({ store }, { scenario: { queuedMs: 5, runningMs: 5 } });
    submitted();
    await expect.poll(() => row(store)).toBeDefined();
    const machine = createGenerationMachine(page('ada', true), { policy: { ...policy, submitRetryDelaysMs: [20] } });
    const actor = createActor(machine, { input: { id: 'g-1', idempotencyKey: 'key-1' } });
    actor.start();
    actor.send({ type: 'GENERATE', input: wish });
    expect(await toPromise(actor)).toMatchObject({ status: 'completed' });
    expect([dead.double.chargedCount, double.chargedCount]).toEqual([0, 1]);
  });

  it('sends nothing any more when it wakes too late', async () => {
    const store = memoryJobs();
    let wake = () => {};
    const woken = new Promise<void>(resolve => {
      wake = resolve;
    });
    let isAsleep = true;
    const sleeping: JobStore = {
      ...store,
      renew: async (...call) => !isAsleep && store.renew(...call),
      write: async (...call) => {
        await woken;
        return store.write(...call);
      },
    };
    const late = durableHalf({ store: sleeping, leaseMs: 30 }, forever);
    const { submit, server, double } = durableHalf({ store }, forever);
    const answer = late.submit('ada');
    await expect.poll(() => row(store)).toBeDefined();
    await expect
      .poll(async () => {
        await server.sweep();
        return (await row(store))?.status;
      })
      .toBe('failed');
    expect((await submit('ada')).status).toBe(201);
    isAsleep = false;
    wake();
    expect((await jsonOf(await answer)).job?.id).toBe((await row(store))?.id);
    expect([late.double.chargedCount, double.chargedCount]).toEqual([0, 1]);
  });

  it('sends nothing that was forbidden meanwhile', async () => {
    const store = memoryJobs();
    let isFirst = true;
    const half: ReturnType<typeof durableHalf> = durableHalf({
      store: {
        ...store,
        write: async (...call) => {
          if (isFirst) {
            isFirst = false;
            await half.ask('image/keys/key-1', { user: 'ada', method: 'DELETE' });
          }
          return store.write(...call);
        },
      },
    });
    const told = await jsonOf(await half.submit('ada'));
    expect(told.update).toMatchObject({ kind: 'cancelled', charged: 'no' });
    expect(half.double.chargedCount).toBe(0);
    expect(await jsonOf(await half.ask('image/keys/key-1', { user: 'ada', method: 'DELETE' }))).toEqual({ job: null });
  });
});

describe('a process that is gone', () => {
  it('leaves a submit that may have been charged, which is never sent again', async () => {
    const store = memoryJobs();
    const { submit, server, double, log } = durableHalf(
      { store, leaseMs: 30 },
      { scenario: { faults: [{ on: 'submit', answer: 'hangs' }] } },
    );
    void submit('ada');
    await expect.poll(() => double.requests.length).toBe(1);
    const row = await store.findByKey('ada', 'key-1');
    // As if the process had ended: its lease is not renewed.
    store.renew = async () => false;
    await expect
      .poll(async () => {
        await server.sweep();
        return (await store.get(String(row?.id)))?.status;
      })
      .toBe('failed');
    const again = await jsonOf(await submit('ada'));
    expect(again.update).toMatchObject({ kind: 'failed', failure: { code: 'interrupted', charged: 'maybe' } });
    expect(double.requests).toHaveLength(1);
    expect(log.some(({ event }) => event === 'lease.lost')).toBe(true);
  });
});
