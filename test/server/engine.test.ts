import type { JobRef } from 'generation-lifecycle';
import {
  createGenerationServer,
  type GenerationEngine,
  type JobStore,
  type JobWake,
  memoryJobs,
} from 'generation-lifecycle/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { handEngine } from '../support/hand-engine.js';
import { durableHalf } from '../support/server-half.js';

const jobOf = async (response: Response) => ((await response.json()) as { job: JobRef }).job;
const forever = { scenario: { queuedMs: 3_600_000 } };

/** A server with it, which is started, and whose jobs are read once a minute. */
async function start(members: Partial<GenerationEngine> = {}, options: Parameters<typeof durableHalf>[0] = {}) {
  const hand = handEngine(members);
  const { backend, double } = durableHalf({}, forever);
  const image = { ...backend, policy: { pollDelayMs: [60_000] } };
  const half = durableHalf({ engine: hand.engine, backends: { image, other: image }, ...options }, { double });
  half.server.start();
  onTestFinished(() => half.server.stop());
  return { ...half, ...hand };
}

/** A store whose time a test puts forward. */
function withTime() {
  const time = { passedMs: 0 };
  return { time, store: memoryJobs({ now: () => Date.now() + time.passedMs }) };
}

/** Reads so many states of a stream of a page, which stays open until the test ends. */
async function readStates({ body }: Response, count: number): Promise<void> {
  if (!body) throw new Error('The answer has no body.');
  const reader = body.getReader();
  onTestFinished(() => reader.cancel());
  const decoder = new TextDecoder();
  for (let seen = 0; seen < count; ) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The stream ended after ${seen} of ${count} states.`);
    seen += decoder.decode(value, { stream: true }).match(/^data: /gm)?.length ?? 0;
  }
}

/** A server whose time stands still until a test sets it, and the times at which a job was claimed by itself. */
async function startFrozen(members: Partial<GenerationEngine> = {}) {
  const time = { at: Date.now() };
  const inner = memoryJobs({ now: () => time.at });
  const claims: number[] = [];
  const claim: JobStore['claim'] = async (...call) => {
    claims.push(time.at);
    return inner.claim(...call);
  };
  const half = await start(members, { store: { ...inner, claim }, repeatStateMs: 20 });
  const { id } = await jobOf(await half.submit('ada'));
  return { ...half, time, claims, id, dueAt: Number((await half.store.get(id))?.dueAt) };
}

describe('a page that looks at a job beside an engine', () => {
  it.each([
    ['one job', (id: string) => `image/jobs/${id}/events`],
    ['all jobs', () => 'image/events'],
  ])('leaves it to the engine for a while, and then takes it itself: the stream of %s', async (_, toPath) => {
    const { ask, time, claims, id, dueAt } = await startFrozen();
    time.at = dueAt + 1_400;
    await readStates(await ask(toPath(id), { user: 'ada' }), 20);
    expect(claims).toEqual([]);
    time.at = dueAt + 1_500;
    await expect.poll(() => claims).toEqual([time.at]);
  });

  it('leaves it to an engine that has a pace', async () => {
    const { ask, time, claims, id, told, wake } = await startFrozen({ isPaced: () => true });
    time.at += 600_000;
    await readStates(await ask(`image/jobs/${id}/events`, { user: 'ada' }), 20);
    expect(claims).toEqual([]);
    await wake(told[0] as JobWake);
    expect(claims).toEqual([time.at]);
  });
});

describe('an engine', () => {
  it('is told when the next step of a job is wanted, once its row is written', async () => {
    const { submit, told, store, wake } = await start();
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(() => told).toHaveLength(1);
    await wake(told[0] as JobWake);
    await expect.poll(() => told).toHaveLength(2);
    const { version, dueAt, updatedAt } = (await store.get(id)) ?? {};
    // Less what the wake has waited for others to be told with it.
    const delayMs = expect.any(Number);
    expect(told[1]).toEqual({ id, backend: 'image', version, dueAt, delayMs, wakeKey: `${id}-${version}-${dueAt}` });
    expect(told[1]?.delayMs).toBeLessThanOrEqual(Number(dueAt) - Number(updatedAt));
    expect(told[1]?.delayMs).toBeGreaterThan(0);
    expect(told[0]).toMatchObject({ id, version: 3, delayMs: 0 });
  });

  it('is told the next one with each step that it wakes, until the job has ended', async () => {
    const hand = handEngine();
    const half = durableHalf({ engine: hand.engine }, { scenario: { queuedMs: 0, runningMs: 0 } });
    half.server.start();
    onTestFinished(() => half.server.stop());
    const { id } = await jobOf(await half.submit('ada'));
    await expect
      .poll(async () => {
        const wake = hand.told.shift();
        if (wake) await hand.wake(wake);
        return (await half.store.get(id))?.status;
      })
      .toBe('completed');
  });

  it('that throws fails no request, and is told to the log', async () => {
    const { submit, log } = await start({
      schedule: () => {
        throw new Error('The queue is away.');
      },
    });
    expect((await submit('ada')).status).toBe(201);
    await expect.poll(() => log.map(({ event }) => event)).toContain('engine.failed');
    expect(log.find(({ event }) => event === 'engine.failed')?.message).toContain('The queue is away.');
  });

  it('that does not answer holds up no request, and is told the newest of each job afterwards, in one call', async () => {
    const calls: (readonly JobWake[])[] = [];
    let answer = () => {};
    const { submit, server } = await start({
      schedule: wakes => {
        calls.push(wakes);
        return calls.length > 1 ? Promise.resolve() : new Promise<void>(resolve => (answer = resolve));
      },
    });
    const ids = [];
    for (const key of ['key-1', 'key-2', 'key-3']) ids.push((await jobOf(await submit('ada', { key }))).id);
    for (const id of ids) await server.advance(id);
    expect(calls).toHaveLength(1);
    answer();
    await expect.poll(() => calls.length).toBe(2);
    const [, second = []] = calls;
    expect(second.map(({ id }) => id).sort()).toEqual([...new Set(second.map(({ id }) => id))].sort());
    expect(second.map(({ id }) => id)).toEqual(expect.arrayContaining(ids.slice(1)));
  });

  it('that wakes twice, too late, and out of order makes no step more', async () => {
    const { submit, told, wake, store, double } = await start();
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(() => told).toHaveLength(1);
    const [first] = told as [JobWake];
    const readsBefore = double.requests.length;
    await Promise.all([wake(first), wake(first), wake(first)]);
    const after = await store.get(id);
    expect(after?.version).toBe(first.version + 1);
    expect(double.requests.length).toBe(readsBefore + 1);
    await wake({ ...first, version: 1 });
    await wake(first);
    expect((await store.get(id))?.version).toBe(first.version + 1);
  });

  it('that wakes too early is told again', async () => {
    const { store, time } = withTime();
    const { submit, told, wake } = await start({}, { store });
    time.passedMs = 60_000;
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(() => told).toHaveLength(1);
    time.passedMs = 0;
    await wake(told[0] as JobWake);
    await expect.poll(() => told).toHaveLength(2);
    expect(told[1]).toMatchObject({ id, version: told[0]?.version, dueAt: told[0]?.dueAt });
    expect(told[1]?.delayMs).toBeGreaterThan(50_000);
  });

  it('that wakes a job which somebody else has is told to look again when that lease is over', async () => {
    const { submit, told, wake, store } = await start();
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(() => told).toHaveLength(1);
    const claimed = await store.claim(id, { owner: 'a process that is gone', ms: 30_000 });
    await wake(told[0] as JobWake);
    await expect.poll(() => told).toHaveLength(2);
    expect(told[1]?.dueAt).toBe(claimed?.leaseUntil);
    expect(told[1]?.delayMs).toBeGreaterThan(25_000);
  });

  it('that has forgotten a job loses nothing: a sweep finds it, and takes none that is on its way', async () => {
    const { store, time } = withTime();
    const { submit, server } = durableHalf({ store, engine: handEngine().engine }, forever);
    const { id } = await jobOf(await submit('ada'));
    const { dueAt, version } = (await store.get(id)) ?? {};
    const swept = (lateMs: number) => {
      time.passedMs = Number(dueAt) + lateMs - Date.now();
      server.start();
      return server.stop();
    };
    await swept(4_000);
    expect(await store.get(id)).toMatchObject({ version });
    await swept(6_000);
    await expect.poll(async () => (await store.get(id))?.version).toBeGreaterThan(Number(version));
  });

  it('that paces a backend is told again what it forgot, and no step is made past it', async () => {
    const { store, time } = withTime();
    const hand = handEngine({ isPaced: backend => backend === 'image' });
    const { submit, server } = durableHalf({ store, engine: hand.engine }, forever);
    const ids = [];
    for (let at = 0; at < 60; at += 1) ids.push((await jobOf(await submit('ada', { key: `key-${at}` }))).id);
    await expect.poll(() => hand.told.length).toBeGreaterThanOrEqual(60);
    hand.told.splice(0);
    time.passedMs = 60_000;
    server.start();
    await expect.poll(() => new Set(hand.told.map(({ id }) => id)).size).toBe(60);
    await server.stop();
    for (const row of await store.getMany(ids)) expect(row).toMatchObject({ owner: null, version: 3 });
    expect(hand.told.every(({ delayMs }) => delayMs === 0)).toBe(true);
  });

  it('that paces a backend and takes nothing any more has its jobs advanced by the sweep', async () => {
    const { store, time } = withTime();
    const away = vi.fn(async () => {
      throw new Error('The queue is away.');
    });
    const { submit, server } = durableHalf({ store, engine: { schedule: away, isPaced: () => true } }, forever);
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(() => away.mock.calls.length).toBe(1);
    time.passedMs = 60_000;
    server.start();
    await expect.poll(async () => (await store.get(id))?.version).toBeGreaterThan(3);
    await server.stop();
  });

  it('is started again with the next sweep if it did not start', async () => {
    let count = 0;
    const { log } = await start({
      start: async () => {
        count += 1;
        if (count === 1) throw new Error('The queue is away.');
      },
    });
    await expect.poll(() => count).toBe(2);
    expect(log.filter(({ event }) => event === 'engine.failed')).toHaveLength(1);
  });

  it('whose options do not fit the server is refused when it is started', async () => {
    const { server } = durableHalf({
      engine: {
        schedule: async () => {},
        start: () => {
          throw new TypeError('There is no backend film.');
        },
      },
    });
    expect(() => server.start()).toThrow('There is no backend film.');
    await server.stop();
  });

  it('is stopped before the process: steps that it has begun are waited for', async () => {
    const order: string[] = [];
    const { server } = durableHalf({
      engine: {
        schedule: async () => {},
        stop: async () => {
          await Promise.resolve();
          order.push('engine');
        },
      },
    });
    server.start();
    await server.stop();
    order.push('server');
    expect(order).toEqual(['engine', 'server']);
  });

  it('is told before the answer where no process lives on', async () => {
    const told: JobWake[] = [];
    const { submit, server, store } = durableHalf(
      {
        serverless: true,
        sweepEveryMs: 60_000,
        engine: {
          schedule: async wakes => {
            await new Promise(resolve => setTimeout(resolve, 50));
            told.push(...wakes);
          },
        },
      },
      forever,
    );
    const { id } = await jobOf(await submit('ada'));
    expect(told).toHaveLength(1);
    await expect.poll(async () => Number((await store.get(id))?.dueAt) <= Date.now()).toBe(true);
    await server.advance(id);
    expect(told).toHaveLength(2);
  });

  it('works with a store that is an object of a class', async () => {
    class Jobs {
      readonly #store = memoryJobs();
      migrate = () => this.#store.migrate();
      now() {
        return this.#store.now();
      }
      insert(...call: Parameters<JobStore['insert']>) {
        return this.#store.insert(...call);
      }
      get(id: string) {
        return this.#store.get(id);
      }
      getMany = this.#store.getMany;
      findByKey = this.#store.findByKey;
      list = this.#store.list;
      claim(...call: Parameters<JobStore['claim']>) {
        return this.#store.claim(...call);
      }
      claimDue = this.#store.claimDue;
      renew = this.#store.renew;
      release = this.#store.release;
      write(...call: Parameters<JobStore['write']>) {
        return this.#store.write(...call);
      }
      prune = this.#store.prune;
      watch = this.#store.watch;
      close = this.#store.close;
    }
    const { submit, told } = await start({}, { store: new Jobs() as unknown as JobStore });
    expect((await submit('ada')).status).toBe(201);
    await expect.poll(() => told).toHaveLength(1);
  });

  it('needs a store, and a function that is told', () => {
    const { backend } = durableHalf();
    const make = (options: object) => () =>
      createGenerationServer({
        secrets: 'a secret of the tests, and of nothing else',
        authorize: () => ({ id: 'ada' }),
        backends: { image: backend },
        ...options,
      } as Parameters<typeof createGenerationServer>[0]);
    expect(make({ engine: handEngine().engine })).toThrow('engine needs a store');
    expect(make({ engine: {}, store: memoryJobs() })).toThrow('engine has no schedule function');
  });
});
