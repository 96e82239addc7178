import type { Failure, JobRef, JobUpdate } from 'generation-lifecycle';
import { type FileOutput, toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';

const url = 'https://cdn.test/1.png';

/** What files with these members say about the batch that they are. */
function updateOf(...files: readonly object[]): JobUpdate<FileOutput> {
  const ids = files.map((_, at) => `f${at + 1}`);
  const job: JobRef = { id: 'f1', files: ids };
  const whole = files.map((members, at) => ({ id: ids[at], ...members }));
  const update = toFileUpdates(whole, [job]).get('f1');
  return update && 'kind' in update ? update : expect.unreachable(String(update));
}

function failureOf(...files: readonly object[]): Failure {
  const update = updateOf(...files);
  return update.kind === 'failed' ? update.failure : expect.unreachable(update.kind);
}

const running = { status: 'running' };
const queued = { status: 'queued' };
const failed = { status: 'failed' };
const cancelled = { status: 'cancelled' };

describe('a batch that goes on', () => {
  it.each<[string, object[], string | undefined]>([
    ['one of its files is', [queued, running], 'running'],
    ['one of its files is, whichever', [running, queued], 'running'],
    ['one of its files has ended', [queued, failed], 'running'],
    ['none of its files is', [queued, queued], 'queued'],
    ['nothing is said', [{}, {}], undefined],
    ['nothing is said, and one has ended', [{}, failed], undefined],
  ])('is running if %s', (_, files, phase) => {
    const update = updateOf(...files);
    expect(update.kind).toBe('pending');
    expect(update).toHaveProperty('phase', phase);
  });

  it('has a position while all of it waits', () => {
    const waiting = { queue_position: 3, status: 'queued' };
    expect(updateOf(waiting, queued)).toMatchObject({ backendPosition: 3 });
    expect(updateOf(waiting, running)).toHaveProperty('backendPosition', undefined);
    expect(updateOf(waiting, failed)).toHaveProperty('backendPosition', undefined);
  });

  it('has the position of the first file that is told of', () => {
    const job: JobRef = { id: 'f1', files: ['f1', 'f2'] };
    const update = toFileUpdates([{ id: 'f2', queue_position: 3 }], [job]).get('f1');
    expect(update).toMatchObject({ kind: 'pending', backendPosition: 3 });
  });

  it('is expected soon once a file has ended or waits for its url', () => {
    expect(updateOf(running, running)).toHaveProperty('readAfterMs', undefined);
    expect(updateOf(running, failed)).toMatchObject({ readAfterMs: 1_000 });
    expect(updateOf(running, { status: 'completed' })).toMatchObject({ readAfterMs: 1_000 });
  });

  it('has the first message that one of its files has, and none if all say so', () => {
    expect(updateOf({ ...running, message: null }, { ...running, message: 'Sky' })).toMatchObject({ message: 'Sky' });
    expect(updateOf({ ...running, message: null }, running)).toHaveProperty('message', null);
    expect(updateOf(running, { ...running, message: null })).toHaveProperty('message', null);
    expect(updateOf(running, running)).toHaveProperty('message', undefined);
  });

  it('takes as long as the file that takes longest', () => {
    expect(updateOf({ ...running, eta: 3 }, { ...running, eta: 9 })).toMatchObject({ etaMs: 9_000 });
    expect(updateOf(running, running)).toHaveProperty('etaMs', undefined);
  });

  it('counts what has ended as progress', () => {
    expect(updateOf(failed, { ...running, progress: 50 })).toMatchObject({ progress: 0.75 });
  });
});

describe('a batch that has ended', () => {
  it('is done with the files that are, and lists the others', () => {
    const update = updateOf({ url }, cancelled, { ...failed, error: 'Broken' }, failed, { status: 'nsfw' });
    expect(update).toMatchObject({
      kind: 'succeeded',
      output: {
        failed: [
          { id: 'f2', message: 'it was cancelled' },
          { id: 'f3', message: 'Broken' },
          { id: 'f4', message: 'a task of this file failed at the backend' },
          { id: 'f5', message: 'the backend refused its content', code: 'moderated' },
        ],
      },
    });
    const others = update.kind === 'succeeded' ? update.output.failed : [];
    expect(others.map(file => 'code' in file)).toEqual([false, false, false, true]);
  });

  it('is cancelled if all of it is', () => {
    expect(updateOf(cancelled, cancelled)).toMatchObject({ kind: 'cancelled' });
    expect(failureOf(cancelled, failed).message).toBe(
      'Job f1 failed: file f1: it was cancelled, file f2: a task of this file failed at the backend. Submit again to start a new job.',
    );
  });

  it('has the code that all failed files have', () => {
    expect(failureOf({ status: 'nsfw' }, { status: 'flagged' })).toMatchObject({ code: 'moderated', retryable: false });
    expect(failureOf({ status: 'nsfw' }, cancelled)).toMatchObject({ code: 'moderated' });
    expect(failureOf({ status: 'nsfw' }, failed)).toMatchObject({ code: 'job-failed', retryable: true });
    expect(failureOf(failed, { status: 'nsfw' })).toMatchObject({ code: 'job-failed' });
  });

  it('has the details of each file, or those of the only one that has some', () => {
    const one = { ...failed, error: 'One' };
    expect(failureOf(one, { ...failed, error: 'Two' }).details).toEqual([{ error: 'One' }, { error: 'Two' }]);
    expect(failureOf(failed, one).details).toEqual({ error: 'One' });
    expect(failureOf(cancelled, one).details).toEqual({ error: 'One' });
    expect(failureOf(failed, failed).details).toBeUndefined();
  });
});

describe('what a batch costs', () => {
  const free = { cost: { amount: 0, unit: 'credits' } };
  const paid = { cost: { amount: 3, unit: 'credits' } };

  it('is the sum of its files, in one unit', () => {
    expect(updateOf({ url, ...paid }, { url, ...paid })).toMatchObject({ cost: { amount: 6, unit: 'credits' } });
    expect(updateOf({ url, ...paid }, { url })).toMatchObject({ cost: { amount: 3, unit: 'credits' } });
    expect(updateOf({ url, ...paid }, { ...failed, ...paid })).toMatchObject({ cost: { amount: 6, unit: 'credits' } });
    expect(updateOf({ url, ...paid }, { url, cost: { amount: 3, unit: 'USD' } })).toHaveProperty('cost', undefined);
    expect(updateOf({ url }, { url })).toHaveProperty('cost', undefined);
    expect(updateOf({ ...cancelled, ...paid }, { ...cancelled, ...paid })).toMatchObject({
      kind: 'cancelled',
      cost: { amount: 6, unit: 'credits' },
    });
  });

  it.each<[string, object[], Failure['charged']]>([
    ['all of its files say so', [paid, paid], 'yes'],
    ['one of its files says so', [free, paid], 'yes'],
    ['one of its files says so, first', [paid, {}], 'yes'],
    ['nobody knows of one', [free, {}], 'maybe'],
    ['nobody knows of any', [{}, {}], 'maybe'],
    ['none of its files was', [free, free], 'no'],
  ])('is charged if %s', (_, files, charged) => {
    expect(failureOf(...files.map(members => ({ ...failed, ...members }))).charged).toBe(charged);
  });
});
