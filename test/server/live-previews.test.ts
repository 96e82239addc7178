import { createGenerationMachine, type GenerationAdapter, runGeneration } from 'generation-lifecycle';
import { openai, openaiImages } from 'generation-lifecycle/adapters/openai';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { openaiDouble, openaiImagesDouble, type VendorDouble } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import { base, origin, userOf } from '../support/server-half.js';

type View = { readonly previews: readonly { readonly url: string }[] };
type Adapter = GenerationAdapter<unknown, unknown>;

const apiKey = 'sk-proj-of-the-half';
const patience = { interval: 10 };
const policy = { pollDelayMs: [20], minReadGapMs: 10 };
/** The next read is far away. */
const rare = { ...policy, pollDelayMs: [3_600_000] };
const route = /^https:\/\/app\.test\/api\/generations\/image\/jobs\/[\w-]+\/previews\/[\da-f]{32}$/;

/** A server half with a store, and a vendor whose time goes by hand. */
function half(create: (double: { clock: SimulatedClock }) => { double: VendorDouble; adapter: Adapter }, own = policy) {
  const clock = new SimulatedClock();
  const { double, adapter } = create({ clock });
  const store = memoryJobs();
  const backends = { image: { adapter, input: (wish: unknown) => wish, policy: own } };
  const { handle } = createGenerationServer({ store, authorize: userOf, log: () => undefined, backends });
  const ask = (path: string, init: RequestInit = {}) =>
    handle(
      new Request(new URL(path, `${base}/`), { ...init, headers: { authorization: 'Bearer ada', ...init.headers } }),
    );
  const page = remoteBackend<unknown, { images: readonly { url: string }[] }>({
    baseUrl: base,
    durable: true,
    headers: { authorization: 'Bearer ada' },
    fetch: (url, init) => handle(new Request(new URL(url, origin), init)),
  });
  const load = async (url: string, user = 'ada') => {
    const answer = await handle(new Request(url, { headers: { cookie: `user=${user}` } }));
    return [answer.status, answer.headers.get('content-type'), await answer.text()] as const;
  };
  const eventCount = () => double.requests.filter(({ action }) => action === 'events').length;
  const readCount = () => double.requests.filter(({ action }) => action === 'read').length;
  return { clock, double, page, load, ask, store, eventCount, readCount };
}

const scenario = { queuedMs: 0, runningMs: 4_000 };
const responses = ({ clock }: { clock: SimulatedClock }) => {
  const double = openaiDouble({ scenario, clock, key: apiKey });
  return { double, adapter: openai({ model: 'gpt-5.5', apiKey, fetch: double.fetch }) as Adapter };
};
const images = ({ clock }: { clock: SimulatedClock }) => {
  const double = openaiImagesDouble({ scenario, clock, key: apiKey });
  return { double, adapter: openaiImages({ apiKey, fetch: double.fetch }) as Adapter };
};

describe.each([
  ['openai', responses, 'a lighthouse'],
  ['openaiImages', images, { prompt: 'a lighthouse' }],
] as const)('early pictures of %s, through the half with a store', (_, create, wish) => {
  it('reach the page by a route, as the bytes that they are', async () => {
    const { clock, double, page, load, store } = half(create);
    const views: View[] = [];
    const machine = createGenerationMachine(page, { policy });
    const running = runGeneration(machine, wish, { onSnapshot: view => views.push(view) });
    const urls = () => [...new Set(views.flatMap(({ previews }) => previews.map(({ url }) => url)))];
    await expect.poll(() => double.chargedCount, patience).toBe(1);
    for (const index of [0, 1]) {
      // A part of the work is done, whoever looks by then.
      if (index === 0) await expect.poll(() => double.openCount, patience).toBeGreaterThan(0);
      clock.increment(1_000);
      await expect.poll(urls, patience).toHaveLength(index + 1);
      const [status, type, text] = await load(urls()[index] ?? '');
      expect([status, type]).toEqual([200, 'image/png']);
      expect(text.endsWith(`partial image ${index}`)).toBe(true);
    }
    expect(urls().every(url => route.test(url))).toBe(true);
    expect((await load(urls()[0] ?? '', 'bob'))[0]).toBe(404);
    clock.increment(10_000);
    const { images: made } = await running;
    expect(made[0]?.url).toMatch(/\/results\/0$/);
    expect((await load(made[0]?.url ?? ''))[2]).toMatch(/the picture$/);
    // No view and no row of a job has ever held the bytes.
    expect(JSON.stringify(views)).not.toContain('base64');
    const rows = await store.list({ userId: 'ada', backend: 'image', since: 0, limit: 10 });
    expect(JSON.stringify(rows)).not.toContain('base64');
    expect(double.chargedCount).toBe(1);
    await expect.poll(() => double.openCount, patience).toBe(0);
  });
});

describe('the stream of a vendor', () => {
  const submit = (ask: ReturnType<typeof half>['ask']) =>
    ask('jobs', {
      method: 'POST',
      body: '"a lighthouse"',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
    });

  it('is one for all pages that look, and is left with the last of them', async () => {
    const { ask, double, eventCount } = half(responses);
    const { job } = (await (await submit(ask)).json()) as { job: { id: string } };
    const pages = [await ask('events'), await ask(`jobs/${job.id}/events`)].map(({ body }) => body?.getReader());
    for (const page of pages) await page?.read();
    await expect.poll(eventCount, patience).toBe(1);
    await pages[0]?.cancel();
    expect(double.openCount).toBe(1);
    await pages[1]?.cancel();
    await expect.poll(() => double.openCount, patience).toBe(0);
    expect(eventCount()).toBe(1);
  });

  it('is not opened while nobody looks', async () => {
    const { ask, eventCount, readCount } = half(responses);
    const { job } = (await (await submit(ask)).json()) as { job: { id: string } };
    const reads = async () => {
      await ask(`jobs/${job.id}`);
      return readCount();
    };
    await expect.poll(reads, patience).toBeGreaterThan(0);
    expect(eventCount()).toBe(0);
  });

  it('tells the end, which is read at once', async () => {
    const { ask, clock, double, store, eventCount, readCount } = half(responses, rare);
    const { job } = (await (await submit(ask)).json()) as { job: { id: string } };
    const page = (await ask(`jobs/${job.id}/events`)).body?.getReader();
    // One that nobody takes from is not filled.
    const left = (async () => {
      while (!(await page?.read())?.done);
    })();
    await expect.poll(eventCount, patience).toBe(1);
    await expect.poll(readCount, patience).toBe(1);
    clock.increment(10_000);
    await expect.poll(async () => (await store.get(job.id))?.status, patience).toBe('completed');
    await left;
    expect(double.openCount).toBe(0);
  });
});
