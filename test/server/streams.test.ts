import type { JobRef, JobUpdate } from 'generation-lifecycle';
import { memoryJobs } from 'generation-lifecycle/server';
import { falDouble, type VendorDouble } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { durableHalf, serverHalf } from '../support/server-half.js';

type Told = { id: string; version: number; update: JobUpdate<unknown> };
const jobOf = async (response: Response) => ((await response.json()) as { job: JobRef }).job;
const eventsIn = (text: string) =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Told);
const forever = { scenario: { queuedMs: 3_600_000 } };

/** Reads a stream until it has told enough. */
async function until(response: Response, isEnough: (told: readonly Told[], text: string) => boolean) {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!isEnough(eventsIn(text), text)) {
    const part = await reader?.read();
    if (!part || part.done) break;
    text += decoder.decode(part.value, { stream: true });
  }
  await reader?.cancel();
  return { told: eventsIn(text), text };
}

describe('the stream of one job', () => {
  it('tells the state on opening, each change, and the end', async () => {
    const { submit, ask } = durableHalf({}, { scenario: { queuedMs: 50, runningMs: 50 } });
    const { id } = await jobOf(await submit('ada'));
    const response = await ask(`image/jobs/${id}/events`, { user: 'ada' });
    const told = eventsIn(await response.text());
    expect(told[0]?.update.kind).toBe('pending');
    expect(told[told.length - 1]?.update.kind).toBe('succeeded');
    const versions = told.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((one, other) => one - other));
  });

  it('of a job that has ended tells the end', async () => {
    const { submit, ask } = durableHalf({}, forever);
    const { id } = await jobOf(await submit('ada'));
    await ask(`image/jobs/${id}/cancel`, { user: 'ada', method: 'POST' });
    const told = eventsIn(await (await ask(`image/jobs/${id}/events`, { user: 'ada' })).text());
    expect(told.map(({ update }) => update.kind)).toEqual(['cancelled']);
  });

  it('repeats the state in place of an empty ping', async () => {
    const { submit, ask } = durableHalf({ repeatStateMs: 10 }, forever);
    const { id } = await jobOf(await submit('ada'));
    const response = await ask(`image/jobs/${id}/events`, { user: 'ada' });
    const { told } = await until(response, events => events.length >= 4);
    expect(told.length).toBeGreaterThanOrEqual(4);
  });

  it('ends before the limit of the platform', async () => {
    const { submit, ask } = durableHalf({ maxStreamMs: 30 }, forever);
    const { id } = await jobOf(await submit('ada'));
    expect(await (await ask(`image/jobs/${id}/events`, { user: 'ada' })).text()).toMatch(/^retry: \d+/);
  });

  it('holds one state for a reader that does not read', async () => {
    const { submit, ask, store } = durableHalf({}, forever);
    const { id } = await jobOf(await submit('ada'));
    const response = await ask(`image/jobs/${id}/events`, { user: 'ada' });
    for (let round = 0; round < 200; round += 1) {
      const row = await store.get(id);
      await store.write(id, { version: Number(row?.version) }, {});
      // The stream has time to tell it.
      await new Promise(resolve => setImmediate(resolve));
    }
    const { version } = (await store.get(id)) ?? {};
    const { told } = await until(response, events => events.some(event => event.version >= Number(version)));
    expect(told.length).toBeLessThan(10);
  });
});

describe('the stream of all jobs', () => {
  it('tells what runs, and each change of the user’s own jobs', async () => {
    const { server, submit, ask } = durableHalf({}, { scenario: { queuedMs: 50, runningMs: 50 } });
    server.start();
    onTestFinished(() => server.stop());
    const first = await jobOf(await submit('ada', { key: 'key-1' }));
    const response = await ask('image/events', { user: 'ada' });
    const second = await jobOf(await submit('ada', { key: 'key-2' }));
    await submit('bob', { key: 'key-3' });
    const { told } = await until(
      response,
      events => events.filter(({ update }) => update.kind === 'succeeded').length === 2,
    );
    expect(new Set(told.map(({ id }) => id))).toEqual(new Set([first.id, second.id]));
  });

  it('tells what ended since the cursor of the page', async () => {
    const { submit, ask } = durableHalf({}, forever);
    const { id } = await jobOf(await submit('ada'));
    const { text } = await until(await ask('image/events', { user: 'ada' }), events => events.length > 0);
    const cursor = /^id: (.*)$/m.exec(text)?.[1] ?? '';
    await ask(`image/jobs/${id}/cancel`, { user: 'ada', method: 'POST' });
    const again = await ask('image/events', { user: 'ada', headers: { 'last-event-id': cursor } });
    const { told } = await until(again, events => events.some(({ update }) => update.kind === 'cancelled'));
    expect(new Set(told.map(event => event.id))).toEqual(new Set([id]));
  });

  it('tells the other jobs while the vendor does not answer about one', async () => {
    const double = falDouble({ scenario: { queuedMs: 20, runningMs: 20 }, key: 'id:the-vendor-key' });
    const isSilent = (url: string, { method = 'GET' }: RequestInit = {}) =>
      method === 'GET' && url.includes('fal-job-1');
    const silent: VendorDouble = {
      ...double,
      fetch: (url, init) => (isSilent(String(url), init) ? new Promise(() => undefined) : double.fetch(url, init)),
    };
    const { backend } = durableHalf({}, { double: silent });
    const patient = { ...backend, policy: { ...backend.policy, readTimeoutMs: 3_600_000 } };
    const { submit, ask } = durableHalf({ backends: { image: patient, other: patient } });
    await submit('ada', { key: 'key-1' });
    const { id } = await jobOf(await submit('ada', { key: 'key-2' }));
    const hasEnded = (events: readonly Told[]) => events.some(({ update }) => update.kind === 'succeeded');
    const { told } = await until(await ask('image/events', { user: 'ada' }), hasEnded);
    expect(told.find(({ update }) => update.kind === 'succeeded')?.id).toBe(id);
  });

  it('ends, and says so in the log, when the store fails', async () => {
    const store = memoryJobs();
    const { ask, log } = durableHalf({
      store: { ...store, list: () => Promise.reject(new Error('The store is away.')) },
    });
    expect(await (await ask('image/events', { user: 'ada' })).text()).toMatch(/^retry: \d+\n\n$/);
    expect(log.filter(({ event }) => event === 'stream.failed')).toHaveLength(1);
  });

  it('is one connection for all jobs of a page', async () => {
    const { page, double, log } = durableHalf({}, { scenario: { queuedMs: 20, runningMs: 20 } });
    const pictures = page('ada', true);
    const signal = new AbortController().signal;
    const follow = async (key: string) => {
      const { job } = await pictures.submit({ prompt: key }, { signal, idempotencyKey: key });
      const ignore = () => undefined;
      for (;;) {
        const call = { signal, onOpen: ignore, onAlive: ignore, onId: ignore, onRetry: ignore };
        for await (const update of pictures.events(job, call)) if (update.kind === 'succeeded') return update;
      }
    };
    const ends = await Promise.all(['a', 'b', 'c'].map(follow));
    expect(ends).toHaveLength(3);
    expect(double.chargedCount).toBe(3);
    expect(log.filter(({ route }) => route === 'events')).toEqual([]);
  });
});

describe('a thousand streams of one user', () => {
  it.each([
    ['over a store', () => durableHalf({ maxStreamsPerUser: 20 }, forever), 'image/events'],
    ['over a relay', () => serverHalf({ maxStreamsPerUser: 20 }, forever), undefined],
  ])('are twenty, %s', async (_, make, route) => {
    const { submit, ask } = make();
    const job = (await jobOf(await submit('ada'))) as JobRef & { sealed?: string };
    const headers: Record<string, string> = job.sealed ? { 'generation-job': job.sealed } : {};
    const open = (user: string) => ask(route ?? `image/jobs/${job.id}/events`, { user, headers });
    const responses = await Promise.all(Array.from({ length: 1_000 }, () => open('ada')));
    onTestFinished(async () => {
      await Promise.all(responses.map(({ body }) => body?.cancel()));
    });
    const statuses = responses.map(({ status }) => status);
    expect(statuses.filter(status => status === 200)).toHaveLength(20);
    expect(statuses.filter(status => status === 429)).toHaveLength(980);
    if (route) {
      const other = await open('bob');
      expect(other.status).toBe(200);
      await other.body?.cancel();
    }
    await responses.find(({ status }) => status === 200)?.body?.cancel();
    await expect
      .poll(async () => {
        const next = await open('ada');
        responses.push(next);
        return next.status;
      })
      .toBe(200);
  });
});
