import { createServer } from 'node:http';
import {
  createGenerationMachine,
  type GenerationAdapter,
  GenerationError,
  type JobUpdate,
  runGeneration,
  viewGeneration,
} from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer, type JobStore, memoryJobs } from 'generation-lifecycle/server';
import { toListener } from 'generation-lifecycle/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor, waitFor } from 'xstate';
import { listening } from '../support/listening.js';
import { base, durableHalf, type Picture, secret, type Wish } from '../support/server-half.js';

type Image = { readonly adapter: GenerationAdapter<Wish, unknown>; input(wish: unknown): Wish };

/** A backend whose jobs run until they are told something else, and that counts its reads. */
function slowBackend(update: () => JobUpdate<unknown> = () => ({ kind: 'pending', phase: 'running' })) {
  const readAt: number[] = [];
  let count = 0;
  const adapter: GenerationAdapter<Wish, unknown> = {
    async submit() {
      count += 1;
      return { job: { id: `job-${count}` } };
    },
    async read() {
      readAt.push(Date.now());
      return update();
    },
    async cancel() {
      return { kind: 'cancelled', charged: 'no' };
    },
  };
  return { adapter, readAt, input: (wish: unknown) => wish as Wish };
}

const withBackend = (
  { readAt: _, ...image }: Image & { readonly readAt?: unknown } & Record<string, unknown>,
  options: Parameters<typeof durableHalf>[0] = {},
) => durableHalf({ backends: { image, other: image }, ...options });

const succeeded = (durationMs?: number): JobUpdate<unknown> => ({
  kind: 'succeeded',
  output: { images: [] },
  ...(durationMs !== undefined && { durationMs }),
});

/** Twelve jobs of 12 s, as other users have had them. */
const twelve = Array.from({ length: 12 }, (_, at) => ({
  label: '-',
  duration: [11_800 + at * 40, 11_800 + at * 40] as const,
}));

type Told = { job: { id: string }; update: { kind: string; etaMs?: number } };
const jsonOf = async (response: Response) => (await response.json()) as Told;
const quick = { pollDelayMs: [20], minReadGapMs: 10 };

describe('what the jobs of all users took', () => {
  it('needs a store, and a label that is a function', () => {
    const { adapter, input } = slowBackend();
    const image = { adapter, input, durationLabel: () => 'large' };
    const make = (options: object) => () => createGenerationServer({ authorize: () => undefined, ...options } as never);
    expect(make({ secrets: secret, backends: { image } })).toThrow('durationLabel needs a store');
    const wrong = { backends: { image: { ...image, durationLabel: 'large' } }, store: memoryJobs() };
    expect(make(wrong)).toThrow('backend image: durationLabel is no function');
  });

  it('says at once when the first generation of a new page is expected', async () => {
    const store = memoryJobs();
    await store.addDurations('image', twelve);
    const { page } = withBackend(slowBackend(), { store });
    const actor = createActor(createGenerationMachine(page('ada', true)), { input: { id: 'a-new-page' } }).start();
    onTestFinished(() => void actor.stop());
    const startedAt = Date.now();
    actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
    const snapshot = await waitFor(actor, current => current.context.job !== undefined);
    const { expectedAt, lowAt, highAt } = viewGeneration(snapshot);
    expect(Number(expectedAt) - startedAt).toBeGreaterThan(10_000);
    expect(Number(expectedAt) - startedAt).toBeLessThan(16_000);
    expect(Number(lowAt)).toBeLessThan(Number(expectedAt));
    expect(Number(highAt)).toBeGreaterThan(Number(expectedAt));
  });

  it('says nothing where nothing is known', async () => {
    const { submit } = withBackend(slowBackend());
    expect((await jsonOf(await submit('ada'))).update.etaMs).toBeUndefined();
  });

  it('decides when a job is read', async () => {
    const store = memoryJobs();
    const minutes = Array.from({ length: 12 }, () => ({ label: '-', duration: [300_000, 300_000] as const }));
    await store.addDurations('image', minutes);
    const { server, submit } = withBackend(slowBackend(), { store });
    const gapOf = async (path: string) => {
      const { job } = await jsonOf(await submit('ada', { key: path, path }));
      await server.advance(job.id);
      const { dueAt, updatedAt } = (await store.get(job.id)) ?? {};
      return Number(dueAt) - Number(updatedAt);
    };
    expect(await gapOf('image/jobs')).toBeGreaterThan(5_000);
    expect(await gapOf('other/jobs')).toBeLessThan(2_000);
  });

  it('is learned from the vendor’s own time where it tells that', async () => {
    const image = { ...slowBackend(() => succeeded(12_345)), policy: quick };
    const { page, store } = withBackend(image);
    await runGeneration(createGenerationMachine(page('ada', true), { policy: quick }), { prompt: 'a' });
    await expect.poll(() => store.readHistories('image')).toEqual({ '-': { version: 1, jobs: [[12_300, 12_300]] } });
    // Each backend has its own.
    expect(await store.readHistories('other')).toEqual({});
  });

  it('is learned from the reads between which a job has ended, else', async () => {
    let isDone = false;
    const image = {
      ...slowBackend(() => (isDone ? succeeded() : { kind: 'pending', phase: 'running' })),
      policy: quick,
    };
    const { server, submit, store } = withBackend(image);
    const { job } = await jsonOf(await submit('ada'));
    const step = async () => {
      await server.advance(job.id);
      return store.get(job.id);
    };
    await expect.poll(async () => (await step())?.version).toBeGreaterThan(3);
    isDone = true;
    await expect.poll(async () => (await step())?.status).toBe('completed');
    await expect.poll(async () => (await store.readHistories('image'))['-']?.jobs).toHaveLength(1);
    const [[notEndedMs = 0, endedMs = 0] = []] = (await store.readHistories('image'))['-']?.jobs ?? [];
    expect(notEndedMs).toBeGreaterThan(0);
    expect(endedMs).toBeGreaterThanOrEqual(notEndedMs);
  });

  it('is learned once from a job, whatever is written after its end', async () => {
    const image = { ...slowBackend(() => succeeded(12_345)), policy: quick };
    const { page, store, server, ask } = withBackend(image);
    await runGeneration(createGenerationMachine(page('ada', true), { policy: quick }), { prompt: 'a' });
    const [{ id = '', version = 0, state = {} } = {}] = await store.list({
      userId: 'ada',
      backend: 'image',
      since: 0,
      limit: 1,
    });
    await store.write(id, { version }, { state, dueAt: 1 });
    await server.advance(id);
    await ask(`image/jobs/${id}`, { user: 'ada' });
    await server.stop();
    expect((await store.readHistories('image'))['-']?.jobs).toHaveLength(1);
  });

  it('is kept apart by the label of the backend, and by that of the adapter without one', async () => {
    const { adapter, input } = slowBackend(() => succeeded(1_000));
    const labelled = { adapter: { ...adapter, durationLabel: () => 'of the adapter' }, input, policy: quick };
    const own = { ...labelled, durationLabel: ({ prompt }: Wish) => `size ${prompt.length}` };
    const { page, store } = withBackend(labelled, { backends: { image: own, other: labelled } });
    await runGeneration(createGenerationMachine(page('ada', true), { policy: quick }), { prompt: 'abc' });
    await expect.poll(async () => Object.keys(await store.readHistories('image'))).toEqual(['size 3']);
    const other = remoteBackend<Wish, Picture>({
      baseUrl: base.replace('image', 'other'),
      headers: { authorization: 'Bearer ada' },
      fetch: (url, init) => half.handle(new Request(url, init)),
      durable: true,
    });
    const half = withBackend(labelled, { store });
    await runGeneration(createGenerationMachine(other, { policy: quick }), { prompt: 'abc' });
    await expect.poll(async () => Object.keys(await store.readHistories('other'))).toEqual(['of the adapter']);
  });

  it('has no label that cannot be made, and the job goes on', async () => {
    const image = {
      ...slowBackend(() => succeeded(1_000)),
      policy: quick,
      durationLabel: () => {
        throw new Error('No label.');
      },
    };
    const { page, store, log, submit } = withBackend(image);
    expect((await submit('ada')).status).toBe(201);
    await runGeneration(createGenerationMachine(page('ada', true), { policy: quick }), { prompt: 'a' });
    await expect.poll(async () => Object.keys(await store.readHistories('image'))).toEqual(['-']);
    expect(log.some(({ event }) => event === 'label.failed')).toBe(true);
  });

  it('has a job that was cancelled only where it says something', async () => {
    const store = memoryJobs();
    await store.addDurations('image', [{ label: '-', duration: [1, 1] }]);
    const { server, submit, ask } = withBackend({ ...slowBackend(), policy: quick }, { store });
    const cancel = async (backend: string) => {
      const { job } = await jsonOf(await submit('ada', { key: backend, path: `${backend}/jobs` }));
      await expect
        .poll(async () => {
          await server.advance(job.id);
          return Number((await store.get(job.id))?.version);
        })
        .toBeGreaterThan(3);
      await ask(`${backend}/jobs/${job.id}/cancel`, { user: 'ada', method: 'POST' });
      expect((await store.get(job.id))?.status).toBe('cancelled');
    };
    await cancel('image');
    await cancel('other');
    await server.stop();
    const jobs = (await store.readHistories('image'))['-']?.jobs;
    expect(jobs).toEqual([
      [1, 1],
      [expect.any(Number), null],
    ]);
    // Before any job has ended, nobody knows whether that was long: whoever only cancels teaches nothing.
    expect(await store.readHistories('other')).toEqual({});
  });

  it('fails no end and holds none up, although it cannot be stored or read', async () => {
    const store = memoryJobs();
    const never = () => new Promise<never>(() => undefined);
    const failing: JobStore = {
      ...store,
      readHistories: async () => {
        throw new Error('There is no such table.');
      },
      addDurations: async () => {
        throw new Error('The disk is full.');
      },
    };
    const hanging: JobStore = { ...store, readHistories: never, addDurations: never };
    for (const each of [failing, hanging]) {
      const image = { ...slowBackend(() => succeeded(1_000)), policy: quick };
      const { submit, server, log } = withBackend(image, { store: each });
      const { job } = await jsonOf(await submit('ada', { key: String(each === failing) }));
      await expect
        .poll(async () => {
          await server.advance(job.id);
          return (await store.get(job.id))?.status;
        })
        .toBe('completed');
      await server.stop();
      expect(log.some(({ event }) => event === 'durations.failed')).toBe(each === failing);
    }
  });

  it('is no row’s own: a position has no history', async () => {
    const store = memoryJobs();
    await store.addDurations('image', twelve);
    const { submit } = withBackend(slowBackend(), { store });
    const { job } = await jsonOf(await submit('ada'));
    expect(JSON.stringify(await store.get(job.id))).not.toContain('"jobs"');
  });
});

/** The same half behind a socket, and what its pages ask. */
async function opened(half: ReturnType<typeof durableHalf>) {
  const { url } = await listening(createServer(toListener(half.handle)));
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const get = (path: string) =>
    fetch(`${url}/api/generations/${path}`, {
      headers: { authorization: 'Bearer ada' },
      signal: controller.signal,
    });
  return { get };
}

const smallestGap = (times: readonly number[]) =>
  Math.min(...times.slice(1).map((time, at) => time - Number(times[at])));

describe('a hundred pages that watch one job', () => {
  it('cause no more reads at the vendor than its own pace, by streams and by reads, of two processes', async () => {
    let isDone = false;
    const vendor = slowBackend(() => (isDone ? succeeded() : { kind: 'pending', phase: 'running' }));
    const image = { ...vendor, policy: { pollDelayMs: [500], minReadGapMs: 400 } };
    const options = { store: memoryJobs(), maxStreamsPerUser: 200 };
    const halves = [withBackend(image, options), withBackend(image, options)] as const;
    const doors = await Promise.all(halves.map(opened));
    for (const { server } of halves) {
      server.start();
      onTestFinished(() => server.stop());
    }
    const { job } = await jsonOf(await halves[0].submit('ada'));
    const pages = Array.from({ length: 100 }, async (_, at) => {
      const { get } = doors[at % 2] as (typeof doors)[number];
      if (at < 50) return (await get(`image/jobs/${job.id}/events`)).text();
      for (;;) {
        const path = at < 75 ? `image/jobs/${job.id}` : `image/jobs?ids=${job.id}`;
        const text = await (await get(path)).text();
        if (text.includes('"succeeded"')) return text;
      }
    });
    await expect.poll(() => vendor.readAt.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    isDone = true;
    const told = await Promise.all(pages);
    expect(told.every(text => text.includes('"succeeded"'))).toBe(true);
    // 500 ms less a fifth, by chance.
    expect(smallestGap(vendor.readAt)).toBeGreaterThanOrEqual(390);
  }, 60_000);

  it('ask once about a job that was given up, and share the answer', async () => {
    // A refusal ends each step with its one read, whatever the clock says meanwhile.
    const { adapter, readAt, input } = slowBackend(() => {
      throw new GenerationError({ code: 'unauthorized', message: 'The key is not valid.' });
    });
    const pages = 100;
    let aheadMs = 0;
    let asking = Number.NaN;
    let [tellAsked, tellAnswered] = [() => {}, () => {}];
    const allHaveAsked = new Promise<void>(resolve => {
      tellAsked = resolve;
    });
    const isAnswered = new Promise<void>(resolve => {
      tellAnswered = resolve;
    });
    const inner = memoryJobs({ now: () => Date.now() + aheadMs });
    // Each page has seen the job as it was before the first one had its answer.
    const store: JobStore = {
      ...inner,
      async claim(...call) {
        asking += 1;
        if (asking === pages) tellAsked();
        if (asking > 1) await isAnswered;
        return inner.claim(...call);
      },
      async write(...call) {
        const row = await inner.write(...call);
        if (asking >= pages) tellAnswered();
        return row;
      },
    };
    const late: GenerationAdapter<Wish, unknown> = {
      ...adapter,
      async read(...call) {
        if (!Number.isNaN(asking)) await allHaveAsked;
        return adapter.read(...call);
      },
    };
    const image = { adapter: late, input, policy: { pollDelayMs: [20], minReadGapMs: 20_000 } };
    const half = withBackend(image, { store });
    const { get } = await opened(half);
    const { job } = await jsonOf(await half.submit('ada'));
    await expect
      .poll(async () => {
        await half.server.advance(job.id);
        return (await half.store.get(job.id))?.status;
      })
      .toBe('failed');
    const row = await half.store.get(job.id);
    const { length } = readAt;
    // It was written long ago.
    aheadMs = 30_000;
    asking = 0;
    await Promise.all(Array.from({ length: pages }, async () => (await get(`image/jobs/${job.id}`)).text()));
    expect(row?.status).toBe('failed');
    expect(readAt.length - length).toBe(1);
  });
});
