import { GenerationError, type JobRef, type Submission } from 'generation-lifecycle';
import { type JobStore, memoryJobs } from 'generation-lifecycle/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { durableHalf, serverHalf } from '../support/server-half.js';

type Told = {
  job?: JobRef | null;
  update?: { kind: string; charged?: string; stopped?: boolean };
  error?: { code: string; charged: string; retryable: boolean };
};
const jsonOf = async (response: Response) => (await response.json()) as Told;
const refused = () =>
  new GenerationError({ code: 'busy', message: 'Busy.', retryable: true, charged: 'no', retryAfterMs: 1 });
const lost = () => new GenerationError({ code: 'network', message: 'Lost.', charged: 'maybe' });

/** A half whose vendor answers submits as told; the calls are counted. */
function halfWith(
  answer: (call: number) => Promise<Submission<unknown>>,
  {
    store = memoryJobs(),
    policy = {},
    ...adapterOptions
  }: { store?: JobStore; policy?: object; idempotentSubmit?: 'replays' } = {},
) {
  let calls = 0;
  const { backend } = serverHalf();
  const submit = () => {
    calls += 1;
    return answer(calls);
  };
  const image = { ...backend, adapter: { ...backend.adapter, ...adapterOptions, submit }, policy };
  const half = durableHalf({ store, backends: { image, other: backend } });
  const cancelKey = () => half.ask('image/keys/key-1', { user: 'ada', method: 'DELETE' });
  const cancelId = async () => {
    const row = await store.findByKey('ada', 'key-1');
    return half.ask(`image/jobs/${row?.id}/cancel`, { user: 'ada', method: 'POST' });
  };
  return { ...half, cancelKey, cancelId, calls: () => calls };
}

describe('an acceptance', () => {
  it('that is there when the time of the submit is over counts', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { submit, store } = halfWith(
      async () => {
        vi.setSystemTime(Date.now() + 60_000);
        return { job: { id: 'job-1' } };
      },
      { policy: { submitTimeoutMs: 60_000 } },
    );
    expect((await submit('ada')).status).toBe(201);
    expect(await store.findByKey('ada', 'key-1')).toMatchObject({ status: 'running' });
  });
});

describe('a cancel while a submit is sent', () => {
  it.each([
    ['refused', refused, 'no', undefined],
    ['not answered', lost, 'maybe', false],
  ] as const)(
    'that is %s ends it as a cancelled one, and its key is never sent again',
    async (_, toError, charged, stopped) => {
      for (const cancel of ['cancelId', 'cancelKey'] as const) {
        const half: ReturnType<typeof halfWith> = halfWith(async () => {
          await half[cancel]();
          throw toError();
        });
        const first = await half.submit('ada');
        expect(first.status).toBe(201);
        const { update } = await jsonOf(first);
        expect(update).toEqual({ kind: 'cancelled', charged, ...(stopped === false && { stopped }) });
        expect((await jsonOf(await half.submit('ada'))).update).toEqual(update);
        expect(half.calls()).toBe(1);
      }
    },
  );

  it('is heard before the chart sends it again', async () => {
    const policy = { submitPatienceMs: 60_000, submitRetryDelaysMs: [1] };
    const half: ReturnType<typeof halfWith> = halfWith(
      async () => {
        await half.cancelId();
        throw refused();
      },
      { policy },
    );
    expect((await jsonOf(await half.submit('ada'))).update).toEqual({ kind: 'cancelled', charged: 'no' });
    expect(half.calls()).toBe(1);
  });

  it('is heard before the chart repeats a submit that is in progress, and may be charged', async () => {
    const half: ReturnType<typeof halfWith> = halfWith(
      async () => {
        await half.cancelKey();
        throw new GenerationError({ code: 'busy', message: 'In progress.', charged: 'maybe', retryAfterMs: 1 });
      },
      { idempotentSubmit: 'replays' },
    );
    const { update } = await jsonOf(await half.submit('ada'));
    expect(update).toEqual({ kind: 'cancelled', charged: 'maybe', stopped: false });
    expect(half.calls()).toBe(1);
  });

  it('leaves one that nobody has cancelled to be sent again', async () => {
    const half = halfWith(
      async call => {
        if (call < 3) throw refused();
        return { job: { id: 'job-1' } };
      },
      { policy: { submitPatienceMs: 60_000, submitRetryDelaysMs: [1] } },
    );
    expect((await half.submit('ada')).status).toBe(201);
    expect(half.calls()).toBe(3);
  });
});

describe('a submit whose key is forbidden before it is sent', () => {
  it('ends as a cancelled one, and not as one that has failed', async () => {
    const store = memoryJobs();
    let isFirst = true;
    const half = halfWith(async () => ({ job: { id: 'job-1' } }), {
      store: {
        ...store,
        write: async (id, ...call) => {
          const row = isFirst ? await store.get(id) : undefined;
          isFirst = false;
          if (row) await store.write(id, { version: row.version }, { state: { ...row.state, isForbidden: true } });
          return store.write(id, ...call);
        },
      },
    });
    expect((await jsonOf(await half.submit('ada'))).update).toEqual({ kind: 'cancelled', charged: 'no' });
    expect(half.calls()).toBe(0);
  });
});

describe('a store that stays away after the vendor has answered', () => {
  it.each([
    ['accepted', async () => ({ job: { id: 'job-1' } }), 'yes'],
    ['not answered', () => Promise.reject(lost()), 'maybe'],
    ['refused', () => Promise.reject(refused()), 'no'],
  ] as const)('tells a submit that was %s as charged: %s', async (_, answer, charged) => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const store = memoryJobs();
    const half: ReturnType<typeof halfWith> = halfWith(answer, {
      store: {
        ...store,
        write: async (...call) => {
          if (half.calls() > 0) throw new Error('The store is away.');
          return store.write(...call);
        },
      },
    });
    const answered = half.submit('ada');
    await vi.waitFor(() => expect(half.calls()).toBe(1));
    await vi.advanceTimersByTimeAsync(310_000);
    const response = await answered;
    expect(response.status).toBe(500);
    expect((await jsonOf(response)).error).toMatchObject({ code: 'network', charged, retryable: charged === 'no' });
  });
});
