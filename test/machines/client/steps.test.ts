import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { clientActions } from '../../../src/machines/client/client.actions.js';
import { generationSteps, startRun } from '../../../src/machines/client/client.generations.js';
import { clientGuards } from '../../../src/machines/client/client.guards.js';
import {
  isEachLeft,
  leavingSteps,
  renewalIdsOf,
  runIdsOf,
  withoutRun,
} from '../../../src/machines/client/client.leaving.js';
import { findGeneration, updateGeneration } from '../../../src/machines/client/client.list.js';
import { reportSteps } from '../../../src/machines/client/client.reports.js';
import { storeSteps, toCommitAgain, toEndGeneration, toOutdate } from '../../../src/machines/client/client.store.js';
import {
  findUnanswered,
  findWish,
  releaseRetries,
  withAnsweredKey,
  withKeyInUse,
} from '../../../src/machines/client/client.wishes.js';
import { endedView, storedView } from '../../../src/machines/client/run.view.js';
import { newStored } from '../../../src/machines/client/stored-generation.js';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';
import { contextOf, emptyContext, type TestContext, type TestItem } from '../../support/client-context.js';

const job = { id: 'job-1' };
const replayable = (sentAt: number | undefined) => sentAt === 5;
const unanswered = { idempotencyKey: 'key', sentAt: 5, isReplayable: true };
const failure = createFailure('network', 'no answer');
const now = 10_000;

type StepOptions = Parameters<typeof generationSteps<string, string, TestItem>>[0];

const steps = (more: Partial<StepOptions> = {}) => {
  const options: StepOptions = {
    describe: undefined,
    canRepeat: false,
    isReplayable: replayable,
    now: () => now,
    getOwner: () => ({ name: 'pictures', origin: 'https://a.test' }),
    toDurationLabel: undefined,
    ...more,
  };
  return {
    ...generationSteps<string, string, TestItem>(options),
    ...reportSteps<string, string, TestItem>({ ...options, limit: 10 }),
  };
};

describe('a wish', () => {
  const wish = { key: undefined, ids: ['a'] };
  const getInput = () => 'fog';
  const requested = (entry: object = {}, view: object = {}): TestContext =>
    updateGeneration(contextOf({ a: { wish, getInput, ...entry } }), 'a', {}, { status: 'submitting', ...view });
  const find = (context: TestContext, more: object = {}, at = now) =>
    findWish(context, { input: 'fog', key: undefined, count: 1, ...more }, at);

  it('is the same until it is accepted, and for half a second then', () => {
    expect(find(requested())).toEqual(['a']);
    expect(find(requested({}, { job }))).toBeUndefined();
    const accepted = requested({}, { job, startedAt: now });
    for (const [at, isSame] of [
      [now + 499, true],
      [now + 500, false],
      [now - 499, true],
      [now - 500, false],
    ] as const)
      expect(find(accepted, {}, at)).toEqual(isSame ? ['a'] : undefined);
  });

  it.each<[string, object, object, object]>([
    ['another input', {}, {}, { input: 'sea' }],
    ['another key', {}, {}, { key: 'other' }],
    ['another count', {}, {}, { count: 2 }],
    ['an end', { phase: 'ended' }, {}, {}],
    ['an end elsewhere', { phase: 'endedElsewhere' }, {}, {}],
    ['a cancel', {}, { status: 'cancelling' }, {}],
    ['no wish', { wish: undefined }, {}, {}],
    ['another first variant', { wish: { key: undefined, ids: ['x', 'a'] } }, {}, { count: 2 }],
  ])('is another one with %s', (_, entry, view, asked) => {
    expect(find(requested(entry, view), asked)).toBeUndefined();
  });

  it('has all its variants', () => {
    expect(find(requested({ wish: { key: 'k', ids: ['a', 'b'] } }), { key: 'k', count: 2 })).toEqual(['a', 'b']);
  });

  it('sends the key again of the same wish that ended without an answer', () => {
    const ask = (entry: object, more: object = {}) =>
      findUnanswered(
        contextOf({ a: { phase: 'ended', wish, getInput, unanswered, ...entry } }),
        { input: 'fog', key: undefined, count: 1, ...more },
        replayable,
      );
    expect(ask({})).toBe(unanswered);
    expect(ask({ phase: 'active' })).toBeUndefined();
    expect(ask({ retriedAs: 'b' })).toBeUndefined();
    expect(ask({ unanswered: undefined })).toBeUndefined();
    expect(ask({ unanswered: { ...unanswered, sentAt: 6 } })).toBeUndefined();
    expect(ask({ wish: { key: undefined, ids: ['a', 'b'] } })).toBeUndefined();
    expect(ask({ wish: undefined })).toBeUndefined();
    expect(ask({}, { count: 2 })).toBeUndefined();
    expect(ask({}, { key: 'other' })).toBeUndefined();
    expect(ask({}, { input: 'sea' })).toBeUndefined();
  });

  it('uses its key alone, until it is answered or its retry has ended', () => {
    const context = contextOf({
      a: { phase: 'ended', unanswered },
      b: { phase: 'ended', unanswered: { ...unanswered, idempotencyKey: 'other' } },
      c: { phase: 'active', unanswered },
      d: { phase: 'ended' },
    });
    const used = withKeyInUse(context, unanswered, 'e');
    expect(Object.entries(used.entries).map(([id, { retriedAs }]) => [id, retriedAs])).toEqual([
      ['a', 'e'],
      ['b', undefined],
      ['c', undefined],
      ['d', undefined],
    ]);
    const answered = withAnsweredKey(context, 'key');
    expect(Object.values(answered.entries).map(entry => entry.unanswered?.idempotencyKey)).toEqual([
      undefined,
      'other',
      undefined,
      undefined,
    ]);
    expect(withAnsweredKey(context, undefined)).toBe(context);
    const retried = contextOf({ a: { retriedAs: 'b' }, b: { phase: 'active' } });
    expect(releaseRetries(retried)).toBe(retried);
    expect(releaseRetries(updateGeneration(retried, 'b', { phase: 'ended' })).entries['a']?.retriedAs).toBeUndefined();
    // One that is not on the list any more has ended.
    expect(releaseRetries(contextOf({ a: { retriedAs: 'gone' } })).entries['a']?.retriedAs).toBeUndefined();
  });
});

describe('a generation that is requested', () => {
  it('gets a run, its key, a turn, and what is stored of it', () => {
    const step = steps().generate(emptyContext, { type: 'GENERATE', id: 'a', input: 'fog' });
    const [spawned] = step.spawns ?? [];
    expect(step.spawns).toHaveLength(1);
    expect(spawned).toMatchObject({ id: 'a', runId: 'run/0', origin: 'requested', history: undefined });
    expect(spawned?.getInput?.()).toBe('fog');
    expect(spawned?.stored).toEqual({
      ...newStored('a', now, {}),
      name: 'pictures',
      origin: 'https://a.test',
      description: undefined,
      input: undefined,
      durationLabel: undefined,
    });
    expect(step.context).toMatchObject({ runCount: 1, turns: ['a'] });
    expect(step.context.entries['a']).toMatchObject({
      phase: 'waiting',
      runId: 'run/0',
      idempotencyKey: 'a',
      isStored: false,
      wish: { key: undefined, ids: ['a'] },
    });
    expect(findGeneration(step.context, 'a')).toMatchObject({ id: 'a', startedAt: now, isFollowedElsewhere: false });
  });

  it('is one of several variants, each with a run and a copy of the input', () => {
    const step = steps().generate(contextOf({}), {
      type: 'GENERATE',
      id: 'a',
      others: ['b', 'c'],
      count: 3,
      key: 'k',
      input: anyInput,
    });
    expect(step.spawns?.map(({ id, runId }) => [id, runId])).toEqual([
      ['a', 'run/0'],
      ['b', 'run/1'],
      ['c', 'run/2'],
    ]);
    expect(step.context.entries['c']?.wish).toEqual({ key: 'k', ids: ['a', 'b', 'c'] });
    const inputs = step.spawns?.map(({ getInput }) => getInput?.());
    expect(inputs?.[0]).toEqual(anyInput);
    expect(inputs?.[0]).not.toBe(inputs?.[1]);
    const counted = steps().generate(contextOf({}), { type: 'GENERATE', input: 'fog', count: 2 });
    expect(new Set(counted.spawns?.map(({ id }) => id)).size).toBe(2);
  });

  it('stores its input only where a submit may be sent again, and if it is JSON', () => {
    const stored = (input: unknown, canRepeat: boolean) =>
      steps({ canRepeat }).generate(emptyContext, { type: 'GENERATE', id: 'a', input: input as string }).spawns?.[0]
        ?.stored;
    expect(stored({ prompt: 'fog' }, true)?.input).toEqual({ prompt: 'fog' });
    expect(stored({ prompt: 'fog' }, false)?.input).toBeUndefined();
    expect(stored({ file: new Blob() }, true)?.input).toBeUndefined();
  });

  it('has a label of at most 100 characters, if it is a text', () => {
    const label = (toDurationLabel: () => unknown) =>
      steps({ toDurationLabel }).generate(emptyContext, { type: 'GENERATE', id: 'a', input: 'fog' }).spawns?.[0]?.stored
        .durationLabel;
    expect(label(() => 'x'.repeat(200))).toBe('x'.repeat(100));
    expect(label(() => 5)).toBeUndefined();
    expect(
      label(() => {
        throw Error('no label');
      }),
    ).toBeUndefined();
  });

  it('has the history of its label', () => {
    const history = { version: 1 } as never;
    const stored = { ...newStored('a', 1, { origin: 'https://a.test' }), durationLabel: 'large' };
    const context = { ...contextOf({ a: {} }), histories: { 'https://a.test large': history } };
    expect(startRun(context, 'found', stored).spawns?.[0]?.history).toBe(history);
    expect(startRun(context, 'found', newStored('a', 1, {})).spawns?.[0]?.history).toBeUndefined();
    expect(startRun(contextOf({ a: {} }), 'found', stored).context.entries['a']?.isStored).toBe(true);
    expect(startRun(contextOf({ a: {} }), 'resumed', stored).context.entries['a']?.isStored).toBe(false);
  });

  it('sends the key of the same wish again only if nobody chose its id', () => {
    const context = contextOf({
      a: { phase: 'ended', wish: { key: undefined, ids: ['a'] }, getInput: () => 'fog', unanswered },
    });
    const again = steps().generate(context, { type: 'GENERATE', id: 'b', isIdNew: true, input: 'fog' });
    expect(again.spawns?.[0]?.stored.token).toMatchObject({ idempotencyKey: 'key', startedAt: 5 });
    expect(again.context.entries['a']?.retriedAs).toBe('b');
    const chosen = steps().generate(context, { type: 'GENERATE', id: 'b', input: 'fog' });
    expect(chosen.spawns?.[0]?.stored.token.idempotencyKey).toBe('b');
    expect(chosen.context.entries['a']?.retriedAs).toBeUndefined();
  });

  it('is retried with its description, and with its key where that can be sent again', () => {
    const entry = { phase: 'ended', getInput: () => 'fog' } as const;
    const shown = (more: object) =>
      updateGeneration(contextOf({ a: { ...entry, ...more } }), 'a', {}, { description: { prompt: 'fog' } });
    const step = steps().retry(shown({ unanswered }), { type: 'RETRY', id: 'a', as: 'b' });
    expect(step.spawns?.[0]?.stored).toMatchObject({
      token: { id: 'b', idempotencyKey: 'key', startedAt: 5 },
      description: { prompt: 'fog' },
    });
    expect(step.context.entries['a']?.retriedAs).toBe('b');
    const late = steps().retry(shown({ unanswered: { ...unanswered, sentAt: 6 } }), {
      type: 'RETRY',
      id: 'a',
      as: 'b',
    });
    expect(late.spawns?.[0]?.stored.token).toMatchObject({ idempotencyKey: 'b', startedAt: undefined });
    expect(steps().retry(shown({}), { type: 'RETRY', id: 'a' }).spawns?.[0]?.id).toMatch(/.{20}/);
    const without = contextOf({ a: { phase: 'ended' } });
    expect(steps().retry(without, { type: 'RETRY', id: 'a', as: 'b' })).toEqual({ context: without });
  });
});

const anyInput = { prompt: 'fog' } as unknown as string;

describe('a command on a generation', () => {
  it('goes to its run, if it has one', () => {
    const context = contextOf({ a: {}, b: { runId: undefined } });
    expect(steps().cancel(context, { type: 'CANCEL', id: 'a' })).toEqual({
      context,
      messages: [{ to: 'run/a', message: { type: 'CANCEL' } }],
    });
    expect(steps().check(context, { type: 'CHECK', id: 'a' }).messages).toEqual([
      { to: 'run/a', message: { type: 'CHECK' } },
    ]);
    for (const id of ['b', 'x']) expect(steps().cancel(context, { type: 'CANCEL', id }).messages).toEqual([]);
  });

  it('resumes what is stored, with a new deadline', () => {
    const stored = { ...newStored('a', 1, {}), failure: { ...failure, resumable: true } };
    const step = steps().resume(contextOf({ a: { phase: 'ended', runId: undefined, stored } }), {
      type: 'RESUME',
      id: 'a',
    });
    expect(step.spawns).toMatchObject([{ id: 'a', origin: 'resumed', stored: { failure: undefined, updatedAt: now } }]);
    expect(step.context.entries['a']).toMatchObject({ phase: 'waiting', stored: undefined, hasCrashed: false });
    const context = contextOf({ a: {} });
    expect(steps().resume(context, { type: 'RESUME', id: 'a' })).toEqual({ context });
  });

  it.each<[string, object, boolean, boolean]>([
    ['that can be resumed', { stored: newStored('a', 1, {}) }, true, false],
    ['that is in the store', { isStored: true }, true, false],
    ['whose items have no room', { storageError: 'storage-full' }, true, true],
    ['whose run has crashed', { hasCrashed: true }, true, false],
    ['that has ended for good', {}, false, false],
  ])('dismisses one %s', (_, entry, isWritten, isStopped) => {
    const context = updateGeneration(
      contextOf({ a: { phase: 'ended', ...entry } }),
      'a',
      {},
      { status: 'failed', failure },
    );
    const step = steps().dismiss(context, { type: 'DISMISS', id: 'a' });
    expect(step.context.generations).toEqual([]);
    expect(step.context.entries).toEqual({});
    expect(step.context.dismissed).toEqual({ a: true });
    expect(step.messages).toMatchObject(
      isWritten
        ? [
            {
              to: 'storeWriter',
              message: { type: 'endGeneration', id: 'a', now, ended: { status: 'failed', isDismissed: true } },
            },
          ]
        : [],
    );
    expect(step.stops).toEqual(isStopped ? ['run/a'] : []);
  });
});

describe('what a run reports', () => {
  const view = storedView<string>({ ...newStored('a', 1, {}), token: { ...newStored('a', 1, {}).token, job } }, false);
  const changed = (more: object, phase: 'active' | 'queued' | 'waiting' = 'active', context = contextOf({ a: {} })) =>
    steps().updateRunView(context, { type: 'run.changed', id: 'a', phase, view: { ...view, ...more } });

  it('is shown, and emitted as progress where the page follows it', () => {
    const step = changed({ progress: 0.5, message: 'half' });
    expect(findGeneration(step.context, 'a')).toMatchObject({ progress: 0.5, message: 'half', job });
    expect(step.context.entries['a']?.phase).toBe('active');
    expect(step.emitted).toEqual([{ type: 'generation.progressed', id: 'a', progress: 0.5, message: 'half' }]);
    expect(changed({ progress: 0.5, message: 'half' }, 'active', step.context).emitted).toEqual([]);
    expect(changed({ progress: 0.5, message: 'more' }, 'active', step.context).emitted).toHaveLength(1);
    expect(changed({ progress: 0.6, message: 'half' }, 'active', step.context).emitted).toHaveLength(1);
    // A message that is gone is no news.
    expect(changed({ progress: 0.5, message: undefined }, 'active', step.context).emitted).toEqual([]);
    expect(changed({ progress: 0.5 }, 'waiting').emitted).toEqual([]);
    expect(changed({ progress: 0.5, isRunning: false }).emitted).toEqual([]);
  });

  it('is nothing for a generation that is not on the list', () => {
    expect(changed({ progress: 0.5 }, 'active', emptyContext)).toEqual({ context: emptyContext, emitted: [] });
  });

  it('answers its key and ends the refusals with its job, once', () => {
    const context: TestContext = {
      ...contextOf({ a: { idempotencyKey: 'key', unanswered }, b: { phase: 'ended', unanswered } }),
      refusalCount: 2,
    };
    const answered = changed({}, 'active', context).context;
    expect(answered.refusalCount).toBe(0);
    expect(answered.entries['b']?.unanswered).toBeUndefined();
    const waiting = changed({ job: undefined }, 'active', context).context;
    expect(waiting.refusalCount).toBe(2);
    expect(waiting.entries['b']?.unanswered).toBe(unanswered);
  });

  it('is its start, once', () => {
    const context = updateGeneration(contextOf({ a: {} }), 'a', {}, { description: { prompt: 'fog' } });
    const event = { type: 'run.started', id: 'a' } as const;
    expect(steps().emitStarted(context, event).emitted).toEqual([
      { type: 'generation.started', id: 'a', description: { prompt: 'fog' } },
    ]);
    expect(steps().emitStarted(updateGeneration(context, 'a', { wasRefused: true }), event).emitted).toEqual([]);
  });

  const { token } = newStored('a', 1, {});
  const ended = {
    type: 'run.ended',
    id: 'a',
    view: endedView<string>(view, { id: 'a', status: 'completed', output: 'x', job }),
    items: [{ id: 'a/0' }],
    added: [{ id: 'a/0' }],
    isOutcomeEmitted: false,
    storageError: undefined,
    stored: undefined,
    token,
  } as const;

  it('is its end, with its items', () => {
    const step = steps().endRun(contextOf({ a: { isStored: true } }), ended);
    expect(step.context).toMatchObject({ needsReload: true, items: [{ id: 'a/0' }] });
    expect(step.context.entries['a']).toMatchObject({ phase: 'ended', isStored: false, unanswered: undefined });
    expect(findGeneration(step.context, 'a')).toMatchObject({ status: 'completed', items: [{ id: 'a/0' }] });
    expect(step.messages).toEqual([]);
    expect(step.emitted).toEqual([
      { type: 'generation.completed', id: 'a', description: undefined, job, items: [{ id: 'a/0' }] },
      { type: 'item.added', item: { id: 'a/0' }, id: 'a' },
    ]);
    expect(steps().endRun(contextOf({ a: {} }), { ...ended, isOutcomeEmitted: true }).emitted).toEqual([]);
    const removed = steps().endRun({ ...contextOf({ a: {} }), removed: { 'a/0': true } }, ended);
    expect(removed.context.items).toEqual([]);
  });

  it('is its end, with its reason', () => {
    const failed = endedView<string>(view, { id: 'a', status: 'failed', failure, job: undefined });
    expect(steps().endRun(contextOf({ a: {} }), { ...ended, view: failed, items: [], added: [] }).emitted).toEqual([
      { type: 'generation.failed', id: 'a', description: undefined, failure },
    ]);
    const cancelled = endedView<string>(view, { id: 'a', status: 'cancelled', stopped: true, charged: 'no', job });
    expect(steps().endRun(contextOf({ a: {} }), { ...ended, view: cancelled, items: [], added: [] }).emitted).toEqual([
      { type: 'generation.cancelled', id: 'a', description: undefined, stopped: true, charged: 'no' },
    ]);
    const unknown = { ...cancelled, stopped: undefined, charged: undefined };
    expect(
      steps().endRun(contextOf({ a: {} }), { ...ended, view: unknown, items: [], added: [] }).emitted,
    ).toMatchObject([{ stopped: false, charged: 'maybe' }]);
  });

  it('leaves its submit open where nobody knows of a job', () => {
    const open = (viewMore: object, entry: object = {}, startedAt: number | undefined = 5) =>
      steps().endRun(contextOf({ a: { idempotencyKey: 'a', ...entry } }), {
        ...ended,
        items: [],
        added: [],
        view: { ...ended.view, output: undefined, job: undefined, ...viewMore },
        token: { ...token, startedAt },
      }).context.entries['a']?.unanswered;
    const maybe = { status: 'failed', failure, charged: 'maybe' };
    expect(open(maybe)).toEqual({ idempotencyKey: 'a', sentAt: 5, isReplayable: true });
    expect(open(maybe, {}, 6)).toEqual({ idempotencyKey: 'a', sentAt: 6, isReplayable: false });
    expect(open({ ...maybe, charged: 'no' })).toBeUndefined();
    // The first submit with the key counts.
    expect(open(maybe, { unanswered: { ...unanswered, sentAt: 6 } })).toMatchObject({ sentAt: 6, isReplayable: false });
    expect(open({ status: 'cancelled', charged: 'no' }, { unanswered })).toMatchObject({ sentAt: 5 });
    expect(open({ status: 'cancelled', charged: 'no' })).toBeUndefined();
    expect(open({ ...maybe, job })).toBeUndefined();
    expect(open({ ...maybe, job, failure: { ...failure, resumable: true } })).toMatchObject({ sentAt: 5 });
  });

  it('is how long it took, where a label is known', () => {
    const duration = { lowMs: 1_000, highMs: 2_000 } as never;
    const step = steps().endRun(contextOf({ a: {} }), { ...ended, duration, historyKey: 'k' });
    expect(step.messages).toEqual([{ to: 'storeWriter', message: { type: 'addDuration', key: 'k', duration } }]);
    expect(Object.keys(step.context.histories)).toEqual(['k']);
    expect(steps().endRun(contextOf({ a: {} }), { ...ended, duration }).messages).toEqual([]);
    expect(steps().endRun(contextOf({ a: {} }), { ...ended, historyKey: 'k' }).messages).toEqual([]);
  });

  it('is that another tab has ended it, or that it is done', () => {
    const elsewhere = steps().endRunElsewhere(contextOf({ a: {} }), { type: 'run.endedElsewhere', id: 'a' });
    expect(elsewhere.context).toMatchObject({ needsReload: true, entries: { a: { phase: 'endedElsewhere' } } });
    const done = { type: 'run.done', id: 'a', runId: 'run/a', isEndUnstored: true } as const;
    const step = steps().stopRun({ ...contextOf({ a: {} }), forgottenRuns: ['run/a', 'run/x'] }, done);
    expect(step.context.entries['a']).toMatchObject({ runId: undefined, isEndUnstored: true });
    expect(step.context).toMatchObject({ forgottenRuns: ['run/x'], needsReload: true });
    expect(step.stops).toEqual(['run/a']);
    // A newer run of it goes on.
    const newer = steps().stopRun(contextOf({ a: { runId: 'run/9' } }), done);
    expect(newer.context.entries['a']).toMatchObject({ runId: 'run/9' });
    expect(newer.context.entries['a']).not.toHaveProperty('isEndUnstored');
  });
});

describe('a page that is left', () => {
  const { leave, setLeft, stopLeftRun } = leavingSteps<string, string, TestItem>();
  const renewals = { x: { runId: 'renewal/1', ids: [] }, y: { ids: [] } };

  it('tells its runs, and stops its renewals', () => {
    const context = { ...contextOf({ a: {}, b: { runId: undefined } }), renewals };
    expect(runIdsOf(context)).toEqual(['run/a']);
    expect(renewalIdsOf(context)).toEqual(['renewal/1']);
    expect(leave(context, { type: 'LEAVE', isForgotten: true })).toEqual({
      context: { ...context, isLeaving: true },
      messages: [{ to: 'run/a', message: { type: 'LEAVE', isForgotten: true } }],
      stops: ['renewal/1'],
    });
  });

  it('waits until each run has said what became of it, or has ended', () => {
    const left = { isSubmitted: true, token: newStored('a', 1, {}).token, result: undefined };
    const context = contextOf({ a: {}, b: { runId: undefined } });
    expect(isEachLeft(context)).toBe(false);
    const told = setLeft(context, { type: 'run.left', id: 'a', ...left }).context;
    expect(told.left).toEqual({ a: left });
    expect(isEachLeft(told)).toBe(true);
    const stopped = stopLeftRun({ ...told, forgottenRuns: ['run/a', 'run/z'] }, { type: 'xstate.done.actor.run/a' });
    expect(stopped.stops).toEqual(['run/a']);
    expect(stopped.context.entries['a']?.runId).toBeUndefined();
    expect(stopped.context.forgottenRuns).toEqual(['run/z']);
    expect(withoutRun(context, 'run/x').entries).toEqual(context.entries);
  });
});

describe('what a client knows of its store', () => {
  const store = storeSteps<string, string, TestItem>();

  it('is its errors: of its reading, of items, and of each generation', () => {
    const read = store.setReadFailed(emptyContext, { type: 'store.readFailed', storageError: 'storage-full' });
    expect(read.context).toMatchObject({ isReady: true, storageErrors: { reading: 'storage-full' } });
    expect(store.setReadFailed(emptyContext, { type: 'late' }).context.storageErrors.reading).toBe(
      'storage-unavailable',
    );
    const failed = store.setWriteError(contextOf({ a: {} }), { type: 'f', id: 'a', storageError: 'storage-full' });
    expect(failed.context.entries['a']?.writeError).toBe('storage-full');
    expect(failed.context.storageErrors.writing).toBeUndefined();
    const written = store.setWriteError(failed.context, { type: 'w', id: 'a' });
    expect(written.context.entries['a']?.writeError).toBeUndefined();
    expect(store.setWriteError(written.context, { type: 'w', id: 'a' }).context).toBe(written.context);
    for (const id of [undefined, 'gone']) {
      const items = store.setWriteError(emptyContext, { type: 'f', id, storageError: 'storage-full' });
      expect(items.context.storageErrors.writing).toBe('storage-full');
      expect(items.context.entries).toEqual({});
    }
  });

  it('is whether it has to be read again', () => {
    expect(store.setNeedsReload(emptyContext).context.needsReload).toBe(true);
    expect(store.beginReading({ ...emptyContext, needsReload: true })).toMatchObject({
      context: { needsReload: false },
      messages: [{ to: 'storeReader', message: { type: 'read' } }],
    });
    const [no, yes] = [{ needsReload: false }, { needsReload: true }];
    expect(toOutdate(no, yes)).toEqual([{ to: 'storeReader', message: { type: 'outdate' } }]);
    for (const [before, after] of [
      [no, no],
      [yes, yes],
      [yes, no],
    ] as const)
      expect(toOutdate(before, after)).toEqual([]);
  });

  it('asks runs to try again whose items have no room', () => {
    const context = contextOf({
      a: { storageError: 'storage-full' },
      b: {},
      c: { storageError: 'storage-full', runId: undefined },
    });
    const messages = [{ to: 'run/a', message: { type: 'space.freed' } }];
    expect(toCommitAgain(context)).toEqual(messages);
    expect(store.commitAgain(context)).toEqual({ context, messages });
    expect(toEndGeneration('a', { status: 'completed' }, 7)).toEqual({
      type: 'endGeneration',
      id: 'a',
      now: 7,
      ended: { status: 'completed' },
    });
  });

  it('is nothing any more once another tab has erased it', () => {
    const context: TestContext = {
      ...contextOf({ a: {} }),
      isReady: true,
      runCount: 4,
      eraseCount: 1,
      forgottenRuns: ['run/0'],
      renewals: { x: { runId: 'renewal/1', ids: [] } },
      items: [{ id: 'a/0' }],
    };
    const step = store.dropAll(context);
    expect(step.context).toEqual({
      ...emptyContext,
      isReady: true,
      runCount: 4,
      eraseCount: 2,
      forgottenRuns: ['run/0', 'run/a'],
      needsReload: true,
    });
    expect(step.messages).toEqual([{ to: 'run/a', message: { type: 'LEAVE', isForgotten: true } }]);
    expect(step.stops).toEqual(['renewal/1']);
  });

  it('keeps what this page has learned besides what is read', () => {
    const own = { a: {} as never };
    const read = { type: 'histories.read', histories: { b: {} as never } } as const;
    expect(Object.keys(store.setHistories({ ...emptyContext, histories: own }, read).context.histories)).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('a command is judged', () => {
  const guards = clientGuards<string, string, TestItem>(replayable, () => now);
  const context = updateGeneration(
    contextOf({
      queued: {},
      elsewhere: { phase: 'waiting' },
      ended: { phase: 'ended', getInput: () => 'fog' },
      stored: { phase: 'ended', stored: newStored('stored', 1, {}) },
    }),
    'ended',
    {},
    { status: 'failed', failure: { ...failure, retryable: true } },
  );
  const of = (guard: keyof typeof guards, event: object, more: Partial<TestContext> = {}) =>
    guards[guard]({ context: { ...context, ...more }, event: { type: 'X', ...event } });
  const ids = ['queued', 'elsewhere', 'ended', 'stored', 'gone', 'constructor'];
  const those = (guard: keyof typeof guards) => ids.filter(id => of(guard, { id }));

  it('by what is known of its generation', () => {
    expect(those('isUnknown')).toEqual(['gone', 'constructor']);
    expect(those('isRunning')).toEqual(['queued', 'elsewhere']);
    expect(those('isFollowedElsewhere')).toEqual(['elsewhere']);
    expect(those('isEnded')).toEqual(['ended', 'stored']);
    expect(those('isResumable')).toEqual(['stored']);
    expect(those('isRepeatable')).toEqual(['ended']);
    expect(those('isNewWish')).toEqual(['gone', 'constructor']);
    expect(of('isItem', { id: 'a/0' }, { items: [{ id: 'a/0' }] })).toBe(true);
    expect(of('isItem', { id: 'a/0' }, { items: [{ id: 'b/0' }] })).toBe(false);
  });

  it('by what was dismissed, and by the id of a retry', () => {
    expect(of('isNewWish', { id: 'gone' }, { dismissed: { gone: true } })).toBe(false);
    expect(of('isRepeatable', { id: 'ended', as: 'queued' })).toBe(false);
    expect(of('isRepeatable', { id: 'ended', as: 'new' })).toBe(true);
    expect(of('isRepeatable', { id: 'ended', as: 'new' }, { dismissed: { new: true } })).toBe(false);
  });

  it('by its key, which the backend may have forgotten since it was shown', () => {
    const isRepeatable = (sentAt: number, view: object = {}) =>
      guards.isRepeatable({
        context: updateGeneration(
          contextOf({ a: { phase: 'ended', getInput: () => 'fog', unanswered: { ...unanswered, sentAt } } }),
          'a',
          {},
          { status: 'failed', failure, ...view },
        ),
        event: { type: 'RETRY', id: 'a' },
      });
    expect(isRepeatable(5)).toBe(true);
    expect(isRepeatable(6)).toBe(false);
    expect(isRepeatable(6, { status: 'cancelled', failure: undefined })).toBe(true);
  });

  it('by a second click, unless its id was chosen', () => {
    const clicked = updateGeneration(
      contextOf({ a: { wish: { key: undefined, ids: ['a'] }, getInput: () => 'fog' } }),
      'a',
      {},
      { status: 'submitting' },
    );
    const isNew = (event: object) => guards.isNewWish({ context: clicked, event: { type: 'GENERATE', ...event } });
    expect(isNew({ input: 'fog' })).toBe(false);
    expect(isNew({ input: 'fog', id: 'b', isIdNew: true })).toBe(false);
    expect(isNew({ input: 'fog', id: 'b' })).toBe(true);
    expect(isNew({ input: 'sea' })).toBe(true);
    expect(isNew({ input: 'fog', count: 2 })).toBe(true);
    expect(isNew({ input: 'fog', key: 'k' })).toBe(true);
  });

  it('by what the client waits for', () => {
    expect(guards.hasLeft({ context: contextOf({}), event: { type: 'X' } })).toBe(true);
    expect(guards.hasLeft({ context: contextOf({ a: {} }), event: { type: 'X' } })).toBe(false);
    expect(guards.hasLeft({ context: { ...contextOf({}), forgottenRuns: ['run/1'] }, event: { type: 'X' } })).toBe(
      false,
    );
    expect(of('needsReload', {}, { needsReload: true })).toBe(true);
    expect(of('needsReload', {})).toBe(false);
    expect(of('isOutdated', { isOutdated: true })).toBe(true);
    expect(of('isOutdated', { isOutdated: false })).toBe(false);
  });
});

describe('a command that is ignored', () => {
  const { warn } = clientActions<string, string, object, TestItem & { readonly id: string }>({
    describe: undefined,
    canRepeat: false,
    isReplayable: replayable,
    limit: 10,
    now: () => now,
    getOwner: () => ({}),
    toDurationLabel: undefined,
    concurrency: 1,
    renewBeforeMs: undefined,
  });

  it.each([
    [
      'GENERATE',
      'there is a generation "a" already, or one with the same input that is not accepted yet. Pass another id, or a key.',
    ],
    ['CANCEL', 'there is no generation "a".'],
    ['CHECK', 'there is no generation "a".'],
    ['RETRY', 'generation "a" cannot be retried, its retry is running, or the new id is in use. Check canRetry first.'],
    ['RESUME', 'generation "a" cannot be resumed. Check canResume first.'],
    ['DISMISS', 'there is no ended generation "a". Cancel a running one first.'],
    ['REMOVE', 'the gallery has no item "a".'],
  ])('is told why, and what to do: %s', (type, why) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => warned.mockRestore());
    warn({ event: { type, id: 'a' } as never });
    expect(warned).toHaveBeenCalledExactlyOnceWith(`generation-lifecycle: ${type} is ignored: ${why}`);
  });
});
