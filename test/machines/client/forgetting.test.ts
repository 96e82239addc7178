import { describe, expect, it } from 'vitest';
import { updateGeneration } from '../../../src/machines/client/client.list.js';
import {
  mergeLeft,
  type Running,
  runningOf,
  toForgotten,
  withLeftRuns,
  withStored,
} from '../../../src/machines/client/forgetting.context.js';
import type { LeftRun } from '../../../src/machines/client/run.types.js';
import { newStored } from '../../../src/machines/client/stored-generation.js';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';
import type { GenerationResult } from '../../../src/machines/generation/generation.types.js';
import { clientBench, flush } from '../../support/client-bench.js';
import { contextOf } from '../../support/client-context.js';

const job = { id: 'job-1' };
const running: Running = { id: 'a', job: undefined, idempotencyKey: 'a', isCancelRequested: false };
const { token } = newStored('a', 1, {});
const isForeign = () => false;

describe('what still runs when everything is forgotten', () => {
  it('is what the page knows and what the store knows', () => {
    const stored = {
      ...newStored('b', 1, {}),
      token: { ...newStored('b', 1, {}).token, idempotencyKey: 'key-b', job },
    };
    expect(withStored([running], [stored], ({ token: { id } }) => id === 'b')).toEqual([
      running,
      { id: 'b', idempotencyKey: 'key-b', job, isForeign: true, isCancelRequested: false },
    ]);
  });

  it('keeps what the page knows better', () => {
    const known = { ...running, job, isCancelRequested: true };
    expect(withStored([known], [newStored('a', 1, {})], isForeign)).toEqual([{ ...known, isForeign: false }]);
    const stored = { ...newStored('a', 1, {}), token: { ...token, job: { id: 'job-2' } } };
    expect(withStored([known], [stored], isForeign)[0]?.job).toEqual({ id: 'job-2' });
  });

  it('is nothing that has ended or failed', () => {
    const ended = { ...newStored('b', 1, {}), ended: { status: 'completed' as const } };
    const failed = { ...newStored('c', 1, {}), failure: createFailure('unreachable', '') };
    expect(withStored([], [ended, failed], isForeign)).toEqual([]);
  });

  it('is in a page what is submitted, or waits to be followed', () => {
    const context = contextOf({
      queued: {},
      waiting: { idempotencyKey: 'key' },
      submitting: { phase: 'active', idempotencyKey: 'key-2' },
      done: { phase: 'ended' },
    });
    const shown = Object.entries({
      queued: { status: 'queued', isRunning: true },
      waiting: { status: 'queued', isRunning: true, job },
      submitting: { status: 'submitting', isRunning: true },
      done: { status: 'completed', isRunning: false },
    } as const).reduce((before, [id, view]) => updateGeneration(before, id, {}, view), context);
    expect(runningOf(shown, shown)).toEqual([
      { id: 'submitting', job: undefined, idempotencyKey: 'key-2', isCancelRequested: false },
      { id: 'waiting', job, idempotencyKey: 'key', isCancelRequested: false },
    ]);
    expect(runningOf(shown, { entries: {} })[0]?.idempotencyKey).toBe('submitting');
  });

  const left = (result: GenerationResult<unknown> | undefined, more: Partial<LeftRun['token']> = {}): LeftRun => ({
    isSubmitted: true,
    token: { ...token, ...more },
    result,
  });
  const failure = createFailure('network', '');

  it.each<[string, LeftRun | undefined, Running | undefined]>([
    ['nobody has told of', undefined, { ...running, isOver: false }],
    ['has a job now', left(undefined, { job }), { ...running, job, isOver: false }],
    ['is done', left({ id: 'a', status: 'completed', output: 1, job }), { ...running, job, isOver: true }],
    [
      'failed with a job',
      left({ id: 'a', status: 'failed', failure: { ...failure, charged: 'yes' }, job }),
      { ...running, job, isOver: true },
    ],
    [
      'failed without an answer',
      left({ id: 'a', status: 'failed', failure: { ...failure, charged: 'maybe' }, job: undefined }),
      { ...running, isOver: false },
    ],
    [
      'was refused',
      left({ id: 'a', status: 'failed', failure: { ...failure, charged: 'no' }, job: undefined }),
      undefined,
    ],
    [
      'was cancelled, and may be charged',
      left({ id: 'a', status: 'cancelled', stopped: false, charged: 'maybe', job }),
      { ...running, job, isOver: false, isCancelRequested: true },
    ],
    [
      'was cancelled in time',
      left({ id: 'a', status: 'cancelled', stopped: true, charged: 'no', job: undefined }),
      undefined,
    ],
  ])('is told by its answer: what %s', (_, answer, told) => {
    expect(withLeftRuns([running], answer ? { a: answer } : {})).toEqual(told ? [told] : []);
  });

  it('keeps the job and the cancel that were known before', () => {
    const known = { ...running, job, isCancelRequested: true };
    expect(withLeftRuns([known], { a: left(undefined, { job: { id: 'job-2' } }) })).toEqual([
      { ...known, isOver: false },
    ]);
  });

  it('is told with whether it may be charged', () => {
    expect(toForgotten([running, { ...running, id: 'b', job, isCancelRequested: true, isOver: true }])).toEqual([
      { id: 'a', job: undefined, charged: 'maybe', isCancelRequested: false },
      { id: 'b', job, charged: 'yes', isCancelRequested: true },
    ]);
  });

  it('is told by the session that knows more', () => {
    const [nothing, something] = [left(undefined), left(undefined, { job })];
    const result = left({ id: 'a', status: 'completed', output: 1, job });
    expect(mergeLeft([{ a: something }, { a: nothing, b: nothing }])).toEqual({ a: something, b: nothing });
    expect(mergeLeft([{ a: nothing }, { a: result }])).toEqual({ a: result });
    expect(mergeLeft([{ a: result }, { a: nothing }])).toEqual({ a: result });
  });
});

describe('forget()', () => {
  it('does not wait for a store that is silent for more than 2 s', async () => {
    const { store: whole } = clientBench();
    let isSilent = false;
    const bench = clientBench({
      store: {
        ...whole,
        readGenerations: () => (isSilent ? new Promise<never>(() => {}) : whole.readGenerations()),
      },
    });
    const page = await bench.open();
    await page.generate('a');
    await bench.advance(2_000);
    isSilent = true;
    let told: unknown;
    void page.client.forget({ cancel: true }).then(forgotten => {
      told = forgotten;
    });
    await bench.advance(1_900);
    expect(told).toBeUndefined();
    await bench.advance(200);
    await flush();
    expect(told).toEqual([
      { id: 'a', job: expect.objectContaining({ id: 'job-1' }), charged: 'yes', isCancelRequested: true },
    ]);
    expect(bench.cancels).toHaveLength(1);
  });

  it('tells that a cancel has no answer, and asks once more at most for what the answers have brought', async () => {
    const bench = clientBench({ script: { cancel: () => {} }, policy: { requestTimeoutMs: 3_000 } });
    const page = await bench.open();
    await page.generate('a');
    await bench.advance(2_000);
    let told: unknown;
    void page.client.forget({ cancel: true }).then(forgotten => {
      told = forgotten;
    });
    await bench.advance(2_900);
    expect(told).toBeUndefined();
    await bench.advance(20_000);
    await flush();
    expect(told).toMatchObject([{ id: 'a', charged: 'yes', isCancelRequested: false }]);
    expect(bench.cancels.every(({ signal }) => signal.aborted)).toBe(true);
  });
});
