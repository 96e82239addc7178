import { afterEach, describe, expect, it } from 'vitest';
import type { FaultName } from '../../bench/peers/server/faults.mjs';
import { createJobServer } from '../../bench/peers/server/job-server.mjs';

let server: ReturnType<typeof createJobServer> | undefined;
afterEach(() => server?.close());

/** The test ends a job, and not a timer: a machine may be slow. */
const endlessMs = 600_000;
const finish = () => server?.finish('job');

async function submit(fault: FaultName, path = 'file/-/api') {
  server = createJobServer();
  const url = await server.listen();
  server.plan([{ key: 'job', fault, classMs: endlessMs, durationMs: endlessMs }]);
  const api = `${url}/${path}`;
  await fetch(`${api}/generate/image`, { method: 'POST', body: '{"prompt":"job"}' });
  const read = () => fetch(`${api}/file/job`);
  const readUrl = async () => (await (await read()).json()).url as string | null;
  return { api, read, readUrl, openEvents: () => fetch(`${api}/events/file.job`) };
}

const reportOfJob = () => server?.report(['job'])[0];

describe('the backend of the benchmarks', () => {
  it('answers reads until the job is done, and counts each request', async () => {
    const { readUrl } = await submit('no fault');
    expect(await readUrl()).toBeNull();
    finish();
    expect(await readUrl()).toBe('https://files.test/job.png?sig=1');
    const { submittedAt = 0, doneAt = 0, requests = [] } = reportOfJob() ?? {};
    expect(doneAt).toBeGreaterThan(submittedAt);
    expect(requests[0]?.kind).toBe('submit');
    expect(requests.slice(1).every(({ kind, at }) => kind === 'read' && at > submittedAt)).toBe(true);
  });

  it('says the end twice with two signatures, and leaves the stream open', async () => {
    const { openEvents } = await submit('signed anew');
    const { body } = await openEvents();
    finish();
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.split('"url":"').length > 2) break;
    }
    const signatures = [...text.matchAll(/sig=(\d+)/g)].map(([, signature]) => signature);
    expect(new Set(signatures).size).toBe(2);
    await expect.poll(() => reportOfJob()?.requests.at(-1)?.closedAt).toBeDefined();
  });

  it('tells the state on opening, and closes with the job, where the dialect has that', async () => {
    const { openEvents } = await submit('no fault', 'states/-/api');
    const events = await openEvents();
    finish();
    const text = await events.text();
    expect(text).toContain('"state":"running"');
    expect(text).toMatch(/"state":"done".*\n\n$/);
  });

  it('opens a stream after an early result, and says nothing of it', async () => {
    const { openEvents, readUrl } = await submit('early result');
    finish();
    expect(await readUrl()).not.toBeNull();
    const reader = (await openEvents()).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(': open\n\n');
    await reader?.cancel();
  });

  it.each([
    ['rate limit', 429, '2'],
    ['unavailable', 503, null],
  ] as const)('refuses reads and streams after the submit (%s)', async (fault, status, retryAfter) => {
    const { read, openEvents } = await submit(fault);
    for (const response of [await read(), await openEvents()]) {
      expect(response.status).toBe(status);
      expect(response.headers.get('retry-after')).toBe(retryAfter);
    }
  });

  it('never answers the first read, where reads hang', async () => {
    const { read } = await submit('hanging read');
    const hanging = read();
    hanging.catch(() => {});
    await expect.poll(() => reportOfJob()?.requests.length).toBe(2);
    expect((await read()).status).toBe(200);
    expect(await Promise.race([hanging, 'nothing'])).toBe('nothing');
  });

  it('cuts a stream', async () => {
    const { openEvents } = await submit('cut');
    await expect((await openEvents()).text()).rejects.toThrow('terminated');
  });

  it('holds the answer to a submit until the end, if asked to', async () => {
    server = createJobServer();
    const url = await server.listen();
    server.plan([{ key: 'job', fault: 'no fault', classMs: endlessMs, durationMs: endlessMs }]);
    const answer = fetch(`${url}/replicate/job/v1/predictions`, {
      method: 'POST',
      headers: { prefer: 'wait' },
    });
    await expect.poll(() => reportOfJob()?.submittedAt).toBeDefined();
    finish();
    expect(await (await answer).json()).toMatchObject({
      status: 'succeeded',
      output: 'https://files.test/job.png?sig=1',
    });
  });

  it('stops a job that is cancelled', async () => {
    const { api, readUrl } = await submit('abort');
    const cancelled = await fetch(`${api}/file/job`, { method: 'DELETE' });
    expect(await cancelled.json()).toMatchObject({ status: 'cancelled', charged: false });
    expect(reportOfJob()).toMatchObject({ cancelledAt: expect.any(Number), doneAt: undefined });
    expect(await readUrl()).toBeNull();
  });

  it('names a job that is not planned', async () => {
    server = createJobServer();
    const response = await fetch(`${await server.listen()}/file/-/api/file/nobody`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('nobody');
  });
});
