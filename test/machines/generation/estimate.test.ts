import fc from 'fast-check';
import { addDuration, type DurationHistory, type JobUpdate } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { usualLimitMs } from '../../../src/machines/reads/estimate.js';
import {
  flush,
  generation,
  opened,
  pending,
  started,
  streaming,
  succeeded,
} from '../../support/scripted-generation.js';

const withoutStream = { without: ['events'] } as const;
const historyOf = (...durationsMs: readonly number[]) =>
  durationsMs.reduce<DurationHistory | undefined>((history, ms) => addDuration(history, [ms, ms]), undefined);
/** 20 jobs of 11 to 13 s. */
const history = historyOf(...Array.from({ length: 20 }, (_, index) => 11_000 + index * 100)) as DurationHistory;
const twoKinds = historyOf(
  ...Array.from({ length: 20 }, (_, index) => (index % 5 === 4 ? 60_000 : 4_000)),
) as DurationHistory;
const usualMs = Number(usualLimitMs(history));

type Run = Awaited<ReturnType<typeof started>>;
const now = (run: Run) => run.world.environment.now();
/** In how many ms the result is expected. */
const left = (run: Run) => {
  const { expectedAt } = run.view();
  return expectedAt === undefined ? undefined : expectedAt - now(run);
};
const push = async (run: Run, update: JobUpdate<never>) => {
  run.stream().push(update);
  await flush();
};

describe('when a result is expected', () => {
  it('is not known where nothing says it, and no timer waits for it', async () => {
    const run = await streaming();
    await run.advance(60_000);
    expect(run.view()).toMatchObject({ expectedAt: undefined, lowAt: undefined, highAt: undefined, isLate: false });
    expect(run.actor.getSnapshot().context.estimate.dueMs).toBeUndefined();
  });

  it('is known from the history as soon as the job is accepted, as times', async () => {
    const run = await started({ history });
    const { expectedAt = 0, lowAt = 0, highAt = 0, isLate } = run.view();
    expect(expectedAt - now(run)).toBeGreaterThan(11_500);
    expect(expectedAt - now(run)).toBeLessThan(12_500);
    expect(lowAt).toBeGreaterThan(now(run) + 10_000);
    expect(highAt).toBeLessThan(now(run) + 14_000);
    expect(lowAt).toBeLessThan(expectedAt);
    expect(highAt).toBeGreaterThan(expectedAt);
    expect(isLate).toBe(false);
  });

  it('is not known from jobs that were given up, and no timer waits for it', async () => {
    const given = addDuration(addDuration(undefined, [9_000, null]), [12_000, null]);
    const run = await streaming({ history: given });
    expect(run.view()).toMatchObject({ expectedAt: undefined, isLate: false });
    expect(run.actor.getSnapshot().context.estimate.dueMs).toBeUndefined();
    expect(run.world.clock.nextDueAt()).toBeGreaterThan(0);
  });

  it('does not count the submit', async () => {
    const run = await started({ history, submit: () => {} });
    await run.advance(30_000);
    expect(run.view().expectedAt).toBeUndefined();
    run.submits[0]?.answer({ job: { id: 'job-1' } });
    await flush();
    expect(left(run)).toBeGreaterThan(11_000);
  });

  it('moves with the time alone when the job outlives the warm starts', async () => {
    const run = await streaming({ history: twoKinds });
    expect(left(run)).toBeLessThan(5_000);
    await run.advance(9_000);
    expect(left(run)).toBeGreaterThan(40_000);
    expect(run.view().isLate).toBe(false);
  });

  it('is no time that has passed, while the history says anything', async () => {
    const run = await streaming({ history: twoKinds });
    for (let second = 0; second < 55; second += 1) {
      await run.advance(1_000);
      // An estimate of less than a second stands for a second.
      expect(left(run)).toBeGreaterThanOrEqual(-1_000);
    }
  });

  it('is the word of the backend, at once, and what the history says when that has passed', async () => {
    const run = await streaming({ history: twoKinds });
    await push(run, { kind: 'pending', etaMs: 20_000 });
    expect(left(run)).toBe(20_000);
    expect(run.view().highAt).toBeGreaterThan(now(run) + 29_000);
    await run.advance(19_000);
    expect(left(run)).toBe(1_000);
    await run.advance(3_000);
    expect(left(run)).toBeGreaterThan(30_000);
  });

  it('is made again when the word of the backend has passed, and not before without news', async () => {
    const run = await streaming();
    await push(run, { kind: 'pending', etaMs: 20_000 });
    expect(run.actor.getSnapshot().context.estimate.dueMs).toBe(20_000);
  });

  it('is not known any more when the word of the backend has passed, and nothing else says it', async () => {
    const run = await streaming();
    await push(run, { kind: 'pending', etaMs: 20_000 });
    await run.advance(15_000);
    expect(left(run)).toBe(5_000);
    await run.advance(10_000);
    await push(run, pending);
    expect(run.view().expectedAt).toBeUndefined();
  });

  it('is the word of a backend that says it only to the submit', async () => {
    const run = await started({
      submit: call => call.answer({ job: { id: 'job-1' }, update: { kind: 'pending', etaMs: 8_000 } }),
    });
    expect(left(run)).toBe(8_000);
  });

  it('does not follow each swing of what the backend says', async () => {
    const run = await streaming({ history });
    await push(run, { kind: 'pending', etaMs: 30_000 });
    const first = run.view().expectedAt;
    for (let index = 0; index < 100; index += 1) {
      await run.advance(100);
      await push(run, { kind: 'pending', etaMs: 30_000 - (index + 1) * 100 + (index % 2 ? 900 : -900) });
      expect(run.view().expectedAt).toBe(first);
    }
  });

  it('follows what the backend corrects, at most each second', async () => {
    const run = await streaming();
    await push(run, { kind: 'pending', etaMs: 30_000 });
    await run.advance(400);
    await push(run, { kind: 'pending', etaMs: 60_000 });
    expect(left(run)).toBe(29_600);
    await run.advance(700);
    await push(run, { kind: 'pending', etaMs: 60_000 });
    expect(left(run)).toBe(60_000);
  });

  it('is known from the progress, and later while that stalls', async () => {
    const run = await streaming();
    await push(run, { kind: 'pending', progress: 0 });
    await run.advance(4_000);
    await push(run, { kind: 'pending', progress: 0.02 });
    expect(run.view().expectedAt).toBeUndefined();
    await run.advance(6_000);
    await push(run, { kind: 'pending', progress: 0.5 });
    // It has moved for 10 s.
    expect(left(run)).toBe(10_000);
    for (let second = 0; second < 60; second += 1) {
      const before = run.view().expectedAt ?? 0;
      await run.advance(1_000);
      await push(run, { kind: 'pending', progress: 0.5 });
      expect(run.view().expectedAt).toBeGreaterThanOrEqual(before);
      expect(left(run)).toBeGreaterThan(0);
    }
    expect(run.view().isLate).toBe(false);
  });

  it('counts the progress from when it began to move', async () => {
    const run = await streaming();
    await push(run, { kind: 'pending', progress: 0 });
    await run.advance(30_000);
    await push(run, { kind: 'pending', progress: 0 });
    await run.advance(5_000);
    await push(run, { kind: 'pending', progress: 0.5 });
    expect(left(run)).toBe(5_000);
  });

  it('is known at once from the first progress that shows a speed', async () => {
    const run = await streaming();
    await run.advance(3_900);
    await push(run, { kind: 'pending' });
    await run.advance(100);
    await push(run, { kind: 'pending', progress: 0.5 });
    expect(left(run)).toBe(4_000);
  });

  it('counts no progress of the time in the queue', async () => {
    const run = await streaming();
    await push(run, { kind: 'pending', phase: 'queued', progress: 0 });
    await run.advance(30_000);
    await push(run, { kind: 'pending', progress: 0 });
    await push(run, { kind: 'pending', phase: 'running' });
    await run.advance(500);
    await push(run, { kind: 'pending', progress: 0.1 });
    await run.advance(9_500);
    await push(run, { kind: 'pending', progress: 0.5 });
    expect(left(run)).toBeLessThanOrEqual(10_000);
    expect(left(run)).toBeGreaterThan(8_000);
  });

  it('is known from the reads of a job without a stream', async () => {
    const run = await started({ ...withoutStream, read: call => call.answer({ kind: 'pending', etaMs: 9_000 }) });
    expect(left(run)).toBe(9_000);
  });

  it('is not known of a job in the queue, unless the backend says it, and begins anew when it runs', async () => {
    const run = await streaming({ history });
    await push(run, { kind: 'pending', phase: 'queued' });
    expect(run.view()).toMatchObject({ expectedAt: undefined, isLate: false });
    await run.advance(30_000);
    expect(run.view()).toMatchObject({ expectedAt: undefined, isLate: false });
    await push(run, { kind: 'pending', etaMs: 40_000 });
    expect(left(run)).toBe(40_000);
    await run.advance(41_000);
    await push(run, { kind: 'pending', phase: 'running' });
    expect(left(run)).toBeGreaterThan(11_000);
    expect(left(run)).toBeLessThan(12_500);
  });

  it('is not known of a job that is queued again', async () => {
    const run = await streaming({ history });
    await run.advance(usualMs + 1_000);
    expect(run.view().isLate).toBe(true);
    await push(run, { kind: 'pending', phase: 'queued' });
    expect(run.view()).toMatchObject({ expectedAt: undefined, isLate: false });
  });

  it('is not shown while the job is cancelled, nor after its end', async () => {
    const run = await streaming({ history });
    await run.send({ type: 'CANCEL' });
    expect(run.view()).toMatchObject({ status: 'cancelling', expectedAt: undefined, lowAt: undefined, isLate: false });
    const other = await streaming({ history });
    await push(other, succeeded as JobUpdate<never>);
    expect(other.view()).toMatchObject({
      status: 'completed',
      expectedAt: undefined,
      highAt: undefined,
      isLate: false,
    });
  });
});

describe('a job that is late', () => {
  it('is one that takes longer than 95 % did, without any event of the backend', async () => {
    const run = await opened({ history, read: () => {} });
    await run.advance(usualMs - 50);
    expect(run.view().isLate).toBe(false);
    await run.advance(100);
    expect(run.view()).toMatchObject({ isLate: true, expectedAt: undefined });
    expect(run.actor.getSnapshot().value).toMatchObject({ following: { clock: { running: 'late' } } });
  });

  it('stays late, and shows what the backend expects then', async () => {
    const run = await streaming({ history });
    await run.advance(30_000);
    await push(run, { kind: 'pending', etaMs: 5_000 });
    expect(run.view().isLate).toBe(true);
    expect(left(run)).toBe(5_000);
  });

  it('restarts nothing else', async () => {
    const run = await streaming({ history });
    await run.advance(10_000);
    const calls = run.calls().length;
    const { deadlineAt } = run.token();
    await run.advance(usualMs - 10_000 + 100);
    expect(run.view().isLate).toBe(true);
    expect(run.calls()).toHaveLength(calls);
    expect(run.token().deadlineAt).toBe(deadlineAt);
  });

  it('still ends at its deadline', async () => {
    const run = await streaming({ history, policy: { deadlineMs: 40_000 } });
    await run.advance(45_000);
    expect(run.view().failure).toMatchObject({ code: 'deadline' });
  });

  it('is one that has slept for long, when it wakes', async () => {
    const run = await streaming({ history });
    run.world.emit('asleep');
    await run.advance(60_000);
    run.world.emit('woke');
    await flush();
    expect(run.view().isLate).toBe(true);
  });

  it('is not one that is followed again after its deadline: its age is not known', async () => {
    const run = generation({
      ...withoutStream,
      history,
      resume: {
        version: 2,
        id: 'generation-1',
        idempotencyKey: 'generation-1',
        job: { id: 'job-1' },
        startedAt: 1_800_000_000_000 - 500_000,
        cancelRequested: false,
      },
    });
    await run.advance(20_000);
    expect(run.view()).toMatchObject({ expectedAt: undefined, isLate: false });
  });
});

describe('over a reload', () => {
  const reload = (run: Run, skipMs = 0) => {
    const resume = run.token();
    run.actor.stop();
    run.world.skip(skipMs);
    return generation({ history, resume, world: run.world });
  };

  it('the expectation stays, and the age goes on', async () => {
    const before = await streaming({ history });
    await before.advance(4_000);
    const { expectedAt } = before.view();
    const after = reload(before);
    expect(after.view().expectedAt).toBe(expectedAt);
    await after.advance(usualMs - 4_000 + 100);
    expect(after.view().isLate).toBe(true);
  });

  it('a late job is late at once', async () => {
    const before = await streaming({ history });
    await before.advance(20_000);
    const after = reload(before);
    expect(after.view().isLate).toBe(true);
  });

  it('what a backend has said once is kept until it has passed, without a history', async () => {
    const before = await streaming();
    await push(before, { kind: 'pending', etaMs: 30_000 });
    const resume = before.token();
    expect(resume.expectedAt).toBe(now(before) + 30_000);
    before.actor.stop();
    const after = generation({ resume, world: before.world });
    await after.advance(5_000);
    expect(left(after)).toBe(25_000);
    await after.advance(30_000);
    expect(after.view().expectedAt).toBeUndefined();
  });

  it.each([3_600_000, -3_600_000])(
    'E7, E8: a clock that was set by %d ms meanwhile makes no estimate wrong',
    async ms => {
      const before = await streaming({ history });
      await push(before, { kind: 'pending', etaMs: 30_000 });
      const after = reload(before, ms);
      await flush();
      if (after.view().status !== 'failed') {
        const expected = left(after);
        if (expected !== undefined) expect(expected).toBeLessThanOrEqual(30_000);
        expect(after.view().isLate).toBe(false);
      }
    },
  );

  it.each(['soon', Number.NaN, null, -1])(
    'a token with an expectation of %s is followed without it',
    async expectedAt => {
      const before = await streaming();
      const resume = { ...before.token(), expectedAt } as never;
      before.actor.stop();
      const after = generation({ resume, world: before.world });
      await after.advance(1_000);
      expect(after.view()).toMatchObject({ isRunning: true, expectedAt: undefined });
    },
  );
});

describe('the estimate of any generation', () => {
  const news = fc.oneof(
    fc.record({ kind: fc.constant('pending'), progress: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant('pending'), etaMs: fc.integer({ min: 0, max: 90_000 }) }),
    fc.record({ kind: fc.constant('pending'), phase: fc.constantFrom('queued', 'running') }),
    fc.constant({ kind: 'pending' }),
  ) as fc.Arbitrary<JobUpdate<never>>;
  const step = fc.record({ afterMs: fc.integer({ min: 0, max: 8_000 }), update: fc.option(news) });
  const durations = fc.array(fc.tuple(fc.integer({ min: 500, max: 60_000 }), fc.boolean()), { maxLength: 24 });

  it('moves rarely, never into the past, and is late only when it is', async () => {
    await fc.assert(
      fc.asyncProperty(durations, fc.array(step, { maxLength: 25 }), async (jobs, steps) => {
        const known = jobs.reduce<DurationHistory | undefined>(
          (history, [ms, isEnded]) => addDuration(history, [ms, isEnded ? ms : null]),
          undefined,
        );
        const run = await streaming({ ...(known && { history: known }), policy: { deadlineMs: 3_600_000 } });
        const limitMs = usualLimitMs(known) ?? Number.POSITIVE_INFINITY;
        let shown:
          | { readonly at: number; readonly expectedAt: number | undefined; readonly isTold: boolean }
          | undefined;
        let isQueued = false;
        let runningMs = 0;
        const check = () => {
          const view = run.view();
          const { estimate } = run.actor.getSnapshot().context;
          const { expectedAt, lowAt, highAt } = view;
          if (expectedAt !== shown?.expectedAt) {
            if (expectedAt !== undefined) {
              expect(expectedAt).toBeGreaterThanOrEqual(now(run));
              expect(lowAt ?? expectedAt).toBeLessThanOrEqual(expectedAt);
              expect(highAt ?? expectedAt).toBeGreaterThanOrEqual(expectedAt);
            }
            const before = shown?.expectedAt;
            if (before !== undefined && expectedAt !== undefined && before > now(run) && !isQueued) {
              const leftMs = Math.max(before, expectedAt) - now(run);
              expect(Math.abs(expectedAt - before)).toBeGreaterThanOrEqual(Math.max(1_000, leftMs / 10) - 1);
            }
            shown = { at: now(run), expectedAt, isTold: estimate.isTold };
          }
          expect(view.isLate).toBe(!isQueued && runningMs >= limitMs);
        };
        const subscription = run.actor.subscribe(check);
        check();
        for (const { afterMs, update } of steps) {
          // Millisecond by millisecond would be slow, and the chart's timers are the only moments in between.
          const end = now(run) + afterMs;
          while (now(run) < end) {
            const stepMs = Math.min(end - now(run), 50);
            if (!isQueued) runningMs += stepMs;
            await run.advance(stepMs);
          }
          if (update?.kind === 'pending') {
            if (update.phase) isQueued = update.phase === 'queued';
            await push(run, update);
          }
          check();
        }
        subscription.unsubscribe();
        run.actor.stop();
      }),
      { numRuns: 40 },
    );
  });
});
