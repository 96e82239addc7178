import {
  createGenerationMachine,
  type GenerationAdapter,
  isGenerationError,
  viewGeneration,
} from 'generation-lifecycle';
import { type Script, scripted } from 'generation-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createActor, SimulatedClock } from 'xstate';
import { flush } from '../support/simulated-world.js';

const pending = { kind: 'pending' } as const;
const done = { kind: 'succeeded', output: 'picture' } as const;
const job = { id: 'job-1' };
const signal = new AbortController().signal;

const submit = (adapter: GenerationAdapter<unknown, string>, idempotencyKey = 'key-1') =>
  adapter.submit('a lighthouse', { signal, idempotencyKey });

/** Everything that a stream reports, in order. */
async function received(adapter: GenerationAdapter<unknown, string>, stop = signal, lastEventId?: string) {
  const events: unknown[] = [];
  const call = {
    signal: stop,
    lastEventId,
    onOpen: () => events.push('open'),
    onAlive: () => events.push('alive'),
    onId: (id: string) => events.push(`id ${id}`),
    onRetry: (ms: number) => events.push(`retry ${ms}`),
  };
  try {
    for await (const update of adapter.events?.(job, call) ?? []) events.push(update.kind);
    events.push('end');
  } catch (error) {
    events.push(isGenerationError(error) ? error.code : 'aborted');
  }
  return events;
}

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

describe('a scripted adapter', () => {
  it('by default, accepts every submit as a new job, and answers every read with pending', async () => {
    const adapter = scripted<string>({});
    expect([await submit(adapter), await submit(adapter)]).toEqual([
      { job: { id: 'job-1' }, update: undefined },
      { job: { id: 'job-2' }, update: undefined },
    ]);
    expect(await adapter.read(job, { signal })).toEqual(pending);
    expect([adapter.events, adapter.cancel, adapter.idempotentSubmit]).toEqual([undefined, undefined, undefined]);
  });

  it('answers the nth call by the nth step, and repeats the last', async () => {
    const adapter = scripted<string>({ read: [{ update: { kind: 'changed' } }, { update: done }] });
    const kinds = [];
    for (let count = 0; count < 3; count += 1) kinds.push((await adapter.read(job, { signal })).kind);
    expect(kinds).toEqual(['changed', 'succeeded', 'succeeded']);
  });

  it('ends steps with untilMs by time, counted from the submit', async () => {
    const adapter = scripted<string>({
      read: [{ untilMs: 1_000, update: pending }, { untilMs: 2_000, update: { kind: 'changed' } }, { update: done }],
    });
    await vi.advanceTimersByTimeAsync(5_000);
    await submit(adapter);
    const kinds = [];
    for (const ms of [0, 999, 1, 500, 500, 0]) {
      await vi.advanceTimersByTimeAsync(ms);
      kinds.push((await adapter.read(job, { signal })).kind);
    }
    expect(kinds).toEqual(['pending', 'pending', 'changed', 'changed', 'succeeded', 'succeeded']);
  });

  it('counts reads and streams for each job', async () => {
    const adapter = scripted<string>({ read: [{ update: pending }, { update: done }] });
    await adapter.read(job, { signal });
    expect(await adapter.read({ id: 'job-2' }, { signal })).toEqual(pending);
    expect(await adapter.read(job, { signal })).toEqual(done);
  });

  it('throws its errors as GenerationErrors', async () => {
    const adapter = scripted<string>({
      submit: [{ error: { code: 'rate-limited', retryAfterMs: 3_000, charged: 'maybe', status: 429 } }],
    });
    const error: unknown = await submit(adapter).catch(error => error);
    expect(error).toMatchObject({
      name: 'GenerationError',
      retryAfterMs: 3_000,
      failure: { code: 'rate-limited', charged: 'maybe', status: 429, retryable: false },
    });
  });

  it('rejects a hanging call and a waiting call when it is aborted', async () => {
    for (const step of [{ hangs: true }, { afterMs: 1_000, update: done }] as const) {
      const adapter = scripted<string>({ read: [step] });
      const controller = new AbortController();
      const answer = adapter.read(job, { signal: controller.signal });
      expect(adapter.calls[0]?.isPending).toBe(true);
      controller.abort(new Error('gone'));
      await expect(answer).rejects.toThrow('gone');
      expect(adapter.calls[0]?.isPending).toBe(false);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('answers after an abort if its script ignores aborts', async () => {
    const adapter = scripted<string>({ read: [{ afterMs: 1_000, update: done }], ignoresAbort: true });
    const answer = adapter.read(job, { signal: AbortSignal.abort() });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await answer).toEqual(done);
  });

  it.each<{ answer: string; step: NonNullable<Script<string>['cancel']>[number]; expected: unknown }>([
    { answer: 'that it has stopped', step: {}, expected: undefined },
    { answer: 'with an update', step: { update: done }, expected: done },
  ])('answers a cancel $answer', async ({ step, expected }) => {
    expect(await scripted<string>({ cancel: [step] }).cancel?.(job, { signal })).toEqual(expected);
  });

  it('records its calls', async () => {
    const adapter = scripted<string>({ events: [[{ ends: true }]], cancel: [{}], idempotentSubmit: true });
    await submit(adapter, 'key-7');
    await vi.advanceTimersByTimeAsync(40);
    await adapter.read(job, { signal });
    await received(adapter, signal, 'event-3');
    await adapter.cancel?.(job, { signal });
    expect(adapter.calls).toEqual([
      { kind: 'submit', input: 'a lighthouse', idempotencyKey: 'key-7', atMs: 0, signal, isPending: false },
      { kind: 'read', job, atMs: 40, signal, isPending: false },
      { kind: 'events', job, lastEventId: 'event-3', atMs: 40, signal, isPending: false },
      { kind: 'cancel', job, atMs: 40, signal, isPending: false },
    ]);
    expect(adapter.idempotentSubmit).toBe(true);
  });

  it('waits with the clock of the actor', async () => {
    const clock = new SimulatedClock();
    const backend = scripted({ read: [{ afterMs: 500, update: done }] }, { clock });
    const actor = createActor(createGenerationMachine(backend), { input: { id: 'generation-1' }, clock }).start();
    actor.send({ type: 'GENERATE', input: undefined });
    vi.useRealTimers();
    await flush();
    expect(viewGeneration(actor.getSnapshot()).status).toBe('polling');
    clock.increment(500);
    await flush();
    expect(viewGeneration(actor.getSnapshot())).toMatchObject({ status: 'completed', output: 'picture' });
  });
});

describe('a scripted stream', () => {
  it('plays its steps in order', async () => {
    const adapter = scripted<string>({
      events: [
        [
          { afterMs: 100, opens: true },
          { lastEventId: '7' },
          { retryMs: 9_000 },
          { afterMs: 50, update: pending },
          { update: done },
          { afterMs: 50, ends: true },
        ],
      ],
    });
    const events = received(adapter);
    await vi.advanceTimersByTimeAsync(199);
    expect(adapter.calls[0]?.isPending).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(await events).toEqual(['open', 'id 7', 'retry 9000', 'pending', 'succeeded', 'end']);
  });

  it('skips steps whose time has passed', async () => {
    const adapter = scripted<string>({
      events: [
        [{ afterMs: 500, opens: true }, { atMs: 400, update: done }, { atMs: 600, update: pending }, { ends: true }],
      ],
    });
    const events = received(adapter);
    await vi.advanceTimersByTimeAsync(600);
    expect(await events).toEqual(['open', 'pending', 'end']);
  });

  it('pings between its steps until it ends', async () => {
    const adapter = scripted<string>({
      events: [
        [{ opens: true }, { pingsEveryMs: 100 }, { afterMs: 250, update: pending }, { afterMs: 100, ends: true }],
      ],
    });
    const events = received(adapter);
    await vi.advanceTimersByTimeAsync(350);
    expect(await events).toEqual(['open', 'alive', 'alive', 'alive', 'pending', 'alive', 'end']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stays open after its last step, until it is aborted', async () => {
    const adapter = scripted<string>({ events: [[{ opens: true }]] });
    const controller = new AbortController();
    const events = received(adapter, controller.signal);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(adapter.calls[0]?.isPending).toBe(true);
    controller.abort();
    expect(await events).toEqual(['open', 'aborted']);
  });

  it('throws its error, and plays the next list when it is opened again', async () => {
    const adapter = scripted<string>({ events: [[{ opens: true }, { error: { code: 'network' } }], [{ ends: true }]] });
    expect([await received(adapter), await received(adapter), await received(adapter)]).toEqual([
      ['open', 'network'],
      ['end'],
      ['end'],
    ]);
  });
});
