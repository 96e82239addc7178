import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { falDouble, replicateDouble, type VendorFault, type VendorJob } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it, vi } from 'vitest';
import { SimulatedClock } from 'xstate';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const doubles = [
  {
    name: 'falDouble',
    create: falDouble,
    url: 'https://queue.fal.run/fal-ai/flux/dev',
    headers: { authorization: 'Key id:secret' },
    toUrls: ({ status_url: status = '', cancel_url: cancel = '' }: Record<string, string>) => ({ status, cancel }),
    cancelMethod: 'PUT',
  },
  {
    name: 'replicateDouble',
    create: replicateDouble,
    url: 'https://api.replicate.com/v1/models/owner/model/predictions',
    headers: { authorization: 'Bearer token' },
    toUrls: ({ urls: { get: status = '', cancel = '' } }: { urls: Record<string, string> }) => ({ status, cancel }),
    cancelMethod: 'POST',
  },
];

describe.each(doubles)('$name', ({ create, url, headers, toUrls, cancelMethod }) => {
  const send = (fault: VendorFault | undefined, signal: AbortSignal) => {
    const double = create({ scenario: { faults: fault ? [fault] : [] }, clock: new SimulatedClock() });
    const init = { method: 'POST', body: '{"input":{}}', headers, signal };
    return { double, answer: double.fetch(url, init) };
  };

  it('ends a request that hangs when it is aborted, also after memory was collected', async () => {
    const controller = new AbortController();
    const { double, answer } = send({ on: 'submit', answer: 'hangs' }, controller.signal);
    const ended = expect(answer).rejects.toThrow('no longer needed');
    await vi.waitFor(() => expect(double.openCount).toBe(1), { timeout: 20_000 });
    for (let round = 0; round < 3; round += 1) {
      collectGarbage();
      await new Promise(resolve => setImmediate(resolve));
    }
    controller.abort(new Error('no longer needed'));
    await ended;
    expect(double.openCount).toBe(0);
    expect(double.chargedCount).toBe(0);
  });

  it('refuses a request that was aborted before', async () => {
    const { double, answer } = send(undefined, AbortSignal.abort(new Error('too late')));
    await expect(answer).rejects.toThrow('too late');
    expect(double.requests).toEqual([]);
  });

  it('goes on with the jobs of a double that has ended', async () => {
    const clock = new SimulatedClock();
    const written = new Map<string, string>();
    /** As of a new process: what it knows was written by the one before. */
    const open = () => {
      const jobs = new Map([...written].map(([id, text]) => [id, JSON.parse(text) as VendorJob]));
      const { set } = jobs;
      jobs.set = (id, job) => {
        written.set(id, JSON.stringify(job));
        return set.call(jobs, id, job);
      };
      const posted: string[] = [];
      const deliver = async (request: Request) => {
        posted.push(request.url);
        return new Response();
      };
      const double = create({ clock, jobs, deliver });
      const ask = async (place: string, init?: RequestInit) => (await double.fetch(place, { headers, ...init })).json();
      return { double, posted, ask };
    };
    const address = 'https://app.test/hook';
    const submit = async ({ ask }: ReturnType<typeof open>) => {
      const place = `${url}?${new URLSearchParams({ fal_webhook: address })}`;
      const body = JSON.stringify({ input: {}, webhook: address });
      return toUrls(await ask(place, { method: 'POST', body }));
    };

    const first = open();
    const { status } = await submit(first);
    clock.increment(3_000);
    const second = open();
    expect(second.double.chargedCount).toBe(1);
    const other = await submit(second);
    expect(other.status).not.toBe(status);
    clock.increment(3_000);
    await vi.waitFor(() => expect(second.posted).toEqual([address]), { timeout: 20_000 });
    expect(await second.ask(status)).toMatchObject({ status: expect.stringMatching(/COMPLETED|succeeded/) });

    // What has ended was posted, and a cancel is kept, too.
    await second.ask(other.cancel, { method: cancelMethod });
    const third = open();
    expect(JSON.stringify(await third.ask(other.status))).toMatch(/request_cancelled|canceled/);
    await submit(third);
    clock.increment(6_000);
    await vi.waitFor(() => expect(third.posted).not.toEqual([]), { timeout: 20_000 });
    expect(third.posted).toEqual([address]);
  });
});

it('replicateDouble keeps the job of a submit that waits and is aborted', async () => {
  const controller = new AbortController();
  const double = replicateDouble({ clock: new SimulatedClock() });
  const answer = double.fetch('https://api.replicate.com/v1/predictions', {
    method: 'POST',
    body: '{"input":{}}',
    headers: { authorization: 'Bearer token', prefer: 'wait' },
    signal: controller.signal,
  });
  const ended = expect(answer).rejects.toThrow('gone');
  await vi.waitFor(() => expect(double.chargedCount).toBe(1), { timeout: 20_000 });
  controller.abort(new Error('gone'));
  await ended;
  expect([double.chargedCount, double.openCount]).toEqual([1, 0]);
});

describe('a double on a busy machine', () => {
  /** Time passes whenever somebody looks at it. */
  function busyClock() {
    let time = 0;
    const tick = () => {
      time += 1;
      return time;
    };
    const setTimeout = (run: () => void, ms: number) => {
      time += ms;
      queueMicrotask(run);
    };
    return { now: tick, setTimeout, clearTimeout: () => undefined };
  }

  const lengths = [1, 2, 3, 4, 5, 6, 7, 8];
  const headers = { authorization: 'Key id:secret' };
  const submit = async (runningMs: number, deliver?: (request: Request) => Promise<Response>) => {
    const scenario = { queuedMs: 0, runningMs };
    const double = falDouble({ scenario, clock: busyClock(), ...(deliver && { deliver }) });
    const url = 'https://queue.fal.run/fal-ai/flux/dev?fal_webhook=https%3A%2F%2Fapp.test%2Fhook';
    const answer = await double.fetch(url, { method: 'POST', body: '{}', headers });
    return { double, url: ((await answer.json()) as { status_url: string }).status_url };
  };

  it.each(lengths)('posts the end of a job of %i ms', async ms => {
    const deliver = vi.fn(async (_: Request) => new Response());
    await submit(ms, deliver);
    await expect.poll(() => deliver.mock.calls.length).toBe(1);
  });

  it.each(lengths)('tells the end of a job of %i ms in its stream', async ms => {
    const { double, url } = await submit(ms);
    expect(await (await double.fetch(`${url}/stream`, { headers })).text()).toContain('COMPLETED');
  });
});
