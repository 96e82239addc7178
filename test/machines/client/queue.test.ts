import { describe, expect, it } from 'vitest';
import type { ClientEntry } from '../../../src/machines/client/client.context.js';
import {
  addGeneration,
  findGeneration,
  trimEnded,
  updateGeneration,
} from '../../../src/machines/client/client.list.js';
import {
  forPhase,
  grantSlots,
  queueSteps,
  withAccepted,
  withLastTurn,
} from '../../../src/machines/client/client.queue.js';
import { newStored } from '../../../src/machines/client/stored-generation.js';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';
import type { Failure } from '../../../src/machines/generation/generation.port.js';
import { contextOf, emptyContext, type TestContext, type TestItem } from '../../support/client-context.js';

type Item = TestItem;
type Context = TestContext;

const empty = emptyContext;
const withGenerations = contextOf;

const withJob = (context: Context, id: string): Context =>
  updateGeneration(context, id, {}, { job: { id: `job-${id}` } });
const positions = ({ generations }: Context) =>
  Object.fromEntries(generations.map(({ id, queuePosition }) => [id, queuePosition]));
const granted = (step: ReturnType<typeof grantSlots>) => step.messages.map(({ to }) => to);
const busy: Failure = { ...createFailure('busy', 'busy'), charged: 'no' };

describe('the slots of a queue', () => {
  it('go to those that have waited longest, and the others are numbered', () => {
    const step = grantSlots(withGenerations({ a: {}, b: {}, c: {}, d: {} }), 2);
    expect(granted(step)).toEqual(['run/a', 'run/b']);
    expect(step.messages[0]?.message).toEqual({ type: 'slot.granted' });
    expect(positions(step.context)).toEqual({ a: undefined, b: undefined, c: 0, d: 1 });
    expect(step.context.entries).toMatchObject({
      a: { phase: 'active' },
      b: { phase: 'active' },
      c: { phase: 'queued' },
    });
  });

  it('go to one that was refused last', () => {
    const step = grantSlots(withLastTurn(withGenerations({ a: {}, b: {} }), 'a'), 1);
    expect(granted(step)).toEqual(['run/b']);
    expect(step.context.turns).toEqual(['b', 'a']);
  });

  it('go first to one that has a job', () => {
    const step = grantSlots(withJob(withGenerations({ a: {}, b: {}, c: {} }), 'b'), 1);
    expect(granted(step)).toEqual(['run/b']);
    expect(positions(step.context)).toEqual({ a: 0, b: undefined, c: 1 });
  });

  it('are taken by those that are active, and by no others', () => {
    const all = { a: { phase: 'active' }, b: { phase: 'waiting' }, c: { phase: 'ended' }, d: {}, e: {} } as const;
    expect(granted(grantSlots(withGenerations(all), 2))).toEqual(['run/d']);
    expect(granted(grantSlots(withGenerations(all), 1))).toEqual([]);
    expect(granted(grantSlots(withGenerations({ ...all, b: { phase: 'active' } }), 1))).toEqual([]);
    // What has ended waits for no turn any more.
    expect(grantSlots(withGenerations(all), 1).context.turns).toEqual(['a', 'b', 'd', 'e']);
  });

  it('are not given while the backend asks to wait, but to jobs', () => {
    const held = { ...withJob(withGenerations({ a: {}, b: {}, c: {} }), 'c'), hold: { until: 500, waitMs: 100 } };
    const step = grantSlots(held, 3);
    expect(granted(step)).toEqual(['run/c']);
    expect(findGeneration(step.context, 'a')).toMatchObject({ queuePosition: 0, retryAt: 500 });
    const full = grantSlots(held, 0);
    // To follow a job is no submit, so it does not wait for the backend.
    expect(findGeneration(full.context, 'c')).toMatchObject({ queuePosition: 0, retryAt: undefined });
  });

  it('change nothing where nothing is free or waits', () => {
    const context = withGenerations({ a: { phase: 'active' } });
    const step = grantSlots(context, 3);
    expect(step.context).toBe(context);
    expect(step.messages).toEqual([]);
    const numbered = grantSlots(withGenerations({ a: {}, b: {} }), 0).context;
    expect(grantSlots(numbered, 0).context).toBe(numbered);
  });

  it('keep the time of a retry that is no wait of the queue', () => {
    const context = updateGeneration(withGenerations({ a: { phase: 'active' } }), 'a', {}, { retryAt: 900 });
    expect(findGeneration(grantSlots(context, 1).context, 'a')?.retryAt).toBe(900);
  });

  it('send nothing where there is no run', () => {
    expect(grantSlots(withGenerations({ a: { runId: undefined } }), 1).messages).toEqual([]);
  });
});

describe('a refusal for now', () => {
  const { holdQueue, holdAlong, releaseQueue } = queueSteps<string, string, Item>(() => 1_000);
  const refused = (context: Context, failure: Failure = busy) =>
    holdQueue(context, { type: 'run.refused', id: 'a', failure });

  it('waits 2, 5, 15, 30 and 60 s where the backend names no wait', () => {
    let context = withGenerations({ a: {}, b: {} });
    const waits: unknown[] = [];
    for (let count = 0; count < 7; count += 1) {
      const step = refused({ ...context, hold: undefined });
      waits.push(step.context.hold);
      expect(step.messages).toEqual([
        { to: 'backendHold', message: { type: 'hold.set', until: step.context.hold?.until } },
      ]);
      context = step.context;
    }
    expect(waits).toEqual(
      [2_000, 5_000, 15_000, 30_000, 60_000, 60_000, 60_000].map(waitMs => ({ until: 1_000 + waitMs, waitMs })),
    );
    expect(context.refusalCount).toBe(5);
  });

  it('puts the generation behind the others, and says why', () => {
    const { context } = refused(withGenerations({ a: {}, b: {} }));
    expect(context.turns).toEqual(['b', 'a']);
    expect(context.entries['a']).toMatchObject({ wasRefused: true });
    expect(findGeneration(context, 'a')?.refusal).toBe(busy);
  });

  it('waits as long as the backend asks, and a day at most', () => {
    const context = withGenerations({ a: {} });
    expect(refused(context, { ...busy, retryAfterMs: 7_000 }).context.hold).toEqual({ until: 8_000, waitMs: 7_000 });
    expect(refused(context, { ...busy, retryAfterMs: 1e12 }).context.hold?.waitMs).toBe(86_400_000);
    expect(refused(context, { ...busy, retryAfterMs: 0 }).context.hold?.waitMs).toBe(2_000);
  });

  it('neither counts nor lengthens a wait that is held already, unless it names a longer one', () => {
    const held: Context = { ...withGenerations({ a: {} }), hold: { until: 4_000, waitMs: 9 }, refusalCount: 1 };
    expect(refused(held).context).toMatchObject({ hold: { until: 4_000, waitMs: 3_000 }, refusalCount: 1 });
    expect(refused(held, { ...busy, retryAfterMs: 9_000 }).context.hold).toEqual({ until: 10_000, waitMs: 9_000 });
    expect(refused(held, { ...busy, retryAfterMs: 1_000 }).context.hold).toEqual({ until: 4_000, waitMs: 3_000 });
  });

  it('of another client holds this one, too, for the longer of both waits', () => {
    const told = { type: 'queue.held', until: 3_000 } as const;
    expect(holdAlong(empty, told).context.hold).toEqual({ until: 3_000, waitMs: 2_000 });
    const held: Context = { ...empty, hold: { until: 5_000, waitMs: 9 } };
    expect(holdAlong(held, told).context.hold).toEqual({ until: 5_000, waitMs: 4_000 });
    expect(holdAlong(empty, { ...told, until: 10 }).context.hold).toEqual({ until: 10, waitMs: 0 });
  });

  it('is over when the wait is', () => {
    expect(releaseQueue({ ...empty, hold: { until: 5_000, waitMs: 9 } }).context.hold).toBeUndefined();
  });

  it('is forgotten once the backend takes a submit', () => {
    const counted: Context = { ...empty, refusalCount: 3 };
    expect(withAccepted(counted, undefined, {}).refusalCount).toBe(0);
    expect(withAccepted(counted, {}, {})).toBe(counted);
    expect(withAccepted(counted, undefined, undefined)).toBe(counted);
    expect(withAccepted(empty, undefined, {})).toBe(empty);
  });

  it('is shown while its generation is queued', () => {
    const view = { refusal: busy };
    expect(forPhase('queued', view)).toBe(view);
    expect(forPhase('active', view)).toEqual({ refusal: undefined });
    expect(forPhase('waiting', view)).toEqual({ refusal: undefined });
  });
});

describe('the list', () => {
  const ended = { phase: 'ended', runId: undefined } as const;
  const many = (count: number, more: Partial<ClientEntry<string>> = {}) =>
    withGenerations(Object.fromEntries(Array.from({ length: count }, (_, at) => [`g${at}`, { ...ended, ...more }])));
  const ids = ({ generations }: Context) => generations.map(({ id }) => id);

  it('shows the newest request first, whichever comes first', () => {
    const times = { b: 2, d: 4, a: 1, c: 3 };
    const context = Object.entries(times).reduce<Context>(
      (before, [id, at]) => addGeneration(before, newStored(id, at, {}), { phase: 'queued' }),
      empty,
    );
    expect(ids(context)).toEqual(['d', 'c', 'b', 'a']);
    expect(ids(addGeneration(context, newStored('same', 3, {}), { phase: 'queued' }))).toEqual([
      'd',
      'same',
      'c',
      'b',
      'a',
    ]);
  });

  it('keeps 20 that have ended for good, and drops the one that has ended first', () => {
    expect(ids(trimEnded(many(20)))).toHaveLength(20);
    expect(trimEnded(trimEnded(many(20)))).toEqual(trimEnded(many(20)));
    const full = trimEnded(many(20));
    expect(trimEnded(full)).toBe(full);
    // The newest request ends first.
    const last = updateGeneration(
      withLastTurn(addGeneration(full, newStored('slow', -1, {}), { phase: 'active' }), 'slow'),
      'slow',
      ended,
    );
    const trimmed = trimEnded(last);
    expect(ids(trimmed)).toHaveLength(20);
    expect(ids(trimmed)).toContain('slow');
    expect(ids(trimmed)).not.toContain('g0');
    expect(trimmed.entries).not.toHaveProperty('g0');
    expect(trimmed.endOrder.at(-1)).toBe('slow');
    expect(trimmed.endOrder).toHaveLength(20);
  });

  it.each<[string, Partial<ClientEntry<string>>]>([
    ['still run', { phase: 'active' }],
    ['still write', { runId: 'run/1' }],
    ['can be resumed', { stored: newStored('x', 1, {}) }],
    ['are in the store', { isStored: true }],
    ['belong to another backend', { isForeign: true }],
  ])('drops none of those that %s', (_, more) => {
    const context = many(25, more);
    expect(ids(trimEnded(context))).toHaveLength(25);
  });

  const failed = (retryable: boolean) => ({
    status: 'failed' as const,
    failure: { ...createFailure('network', ''), retryable },
  });
  const getInput = () => 'x';

  it.each<[string, Partial<ClientEntry<string>>, object, boolean, boolean]>([
    ['that was cancelled', { getInput }, { status: 'cancelled' }, true, false],
    ['that may be tried again', { getInput }, failed(true), true, false],
    ['that failed for good', { getInput }, failed(false), false, false],
    ['that completed', { getInput }, { status: 'completed' }, false, false],
    ['without its input', {}, failed(true), false, false],
    ['that is retried', { getInput, retriedAs: 'b' }, failed(true), false, false],
    ['that runs', { getInput, phase: 'active', stored: newStored('a', 1, {}) }, failed(true), false, false],
    ['that is stored', { stored: newStored('a', 1, {}) }, failed(false), false, true],
    [
      'whose key can be sent again',
      { getInput, unanswered: { idempotencyKey: 'k', sentAt: 1, isReplayable: true } },
      failed(false),
      true,
      false,
    ],
    [
      'whose key cannot be sent again',
      { getInput, unanswered: { idempotencyKey: 'k', sentAt: 1, isReplayable: false } },
      failed(false),
      false,
      false,
    ],
  ])('tells what can be done with a generation %s', (_, entry, view, canRetry, canResume) => {
    const context = updateGeneration(withGenerations({ a: ended }), 'a', { ...ended, ...entry }, view);
    expect(findGeneration(context, 'a')).toMatchObject({ canRetry, canResume });
  });

  it('keeps the objects of what does not change', () => {
    const context = withGenerations({ a: {}, b: {} });
    expect(updateGeneration(context, 'a', { isStored: true }).generations).toBe(context.generations);
    const changed = updateGeneration(context, 'a', {}, { progress: 0.5 });
    expect(changed.generations).not.toBe(context.generations);
    expect(findGeneration(changed, 'b')).toBe(findGeneration(context, 'b'));
    expect(updateGeneration(empty, 'x', { isStored: true }).entries['x']).toEqual({ phase: 'waiting', isStored: true });
  });
});
