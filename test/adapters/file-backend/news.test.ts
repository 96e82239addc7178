import type { JobUpdate } from 'generation-lifecycle';
import { toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';

const url = 'https://cdn.test/1.png';

/** What a file with these members says about its job. */
function updateOf(members: object): JobUpdate<unknown> {
  const update = toFileUpdates([{ id: 'f1', ...members }], [{ id: 'f1' }]).get('f1');
  return update && 'kind' in update ? update : expect.unreachable(String(update));
}

describe('the phase of a file', () => {
  it.each<[string, string | undefined]>([
    ...['queued', 'in_queue', 'waiting', 'scheduled'].map((status): [string, string] => [status, 'queued']),
    ...['running', 'processing', 'generating', 'rendering', 'started', 'working'].map((status): [string, string] => [
      status,
      'running',
    ]),
    ['in_progress', 'running'],
    [' In  Progress ', 'running'],
    ['in - progress', 'running'],
    ['dreaming', undefined],
  ])('is told by the status %j', (status, phase) => {
    expect(updateOf({ status })).toHaveProperty('phase', phase);
    expect(updateOf({ phase: status })).toHaveProperty('phase', phase);
  });

  it('is that of a queue while it has a position and no progress', () => {
    expect(updateOf({ queue_position: 2 })).toMatchObject({ phase: 'queued', backendPosition: 2 });
    expect(updateOf({ queue_position: 2, progress: 0 })).toMatchObject({ phase: 'queued' });
    expect(updateOf({ queue_position: 2, progress: 1 })).toHaveProperty('phase', undefined);
    expect(updateOf({ queue_position: null })).toHaveProperty('phase', undefined);
  });
});

describe('numbers about a file that goes on', () => {
  it.each([
    [2.7, 2],
    [0, 0],
    ['3', 3],
    [-1, undefined],
    ['many', undefined],
    [null, null],
  ])('have the position %j', (queue_position, told) => {
    expect(updateOf({ queue_position, status: 'queued' })).toHaveProperty('backendPosition', told);
  });

  it('have progress of a hundred, of which 1 is one percent', () => {
    expect(updateOf({ progress: 1 })).toMatchObject({ progress: 0.01 });
    expect(updateOf({ progress: 140 })).toMatchObject({ progress: 1 });
    expect(updateOf({ progress: -3 })).toHaveProperty('progress', undefined);
  });

  it.each([
    [{ eta: 3 }, 3_000],
    [{ eta: 0 }, 0],
    [{ eta_ms: 250, eta: 3 }, 250],
    [{ eta: -1 }, undefined],
    [{ eta: 'soon' }, undefined],
    [{}, undefined],
  ])('have the rest of the time of %j', (members, etaMs) => {
    expect(updateOf(members)).toHaveProperty('etaMs', etaMs);
  });
});

describe('the cost of a file', () => {
  it.each([
    [
      { amount: 3, unit: 'credits' },
      { amount: 3, unit: 'credits' },
    ],
    [
      { amount: '0.5', currency: 'USD' },
      { amount: 0.5, unit: 'USD' },
    ],
    [
      { amount: 0, unit: 'credits' },
      { amount: 0, unit: 'credits' },
    ],
    [{ amount: -1, unit: 'credits' }, undefined],
    [{ unit: 'credits' }, undefined],
    [{ amount: 3 }, undefined],
    [{ amount: 3, unit: 7 }, undefined],
    [{ amount: 3, unit: '  ' }, undefined],
    [3, undefined],
  ])('is read from %j', (cost, told) => {
    expect(updateOf({ url, cost })).toHaveProperty('cost', told);
  });
});

describe('the end of a url', () => {
  const noon = Date.UTC(2030, 0, 2, 12);
  it.each([
    [noon / 1_000, noon],
    [String(noon / 1_000), noon],
    [noon, noon],
    [100_000_000_000, 100_000_000_000],
    [99_999_999_999, 99_999_999_999_000],
    ['2030-01-02T12:00:00Z', noon],
    ['2030-01-02T12:00:00z', noon],
    ['2030-01-02T12:00:00', noon],
    ['2030-01-02 12:00:00', noon],
    ['2030-01-02T13:00:00+01:00', noon],
    ['2030-01-02T13:00:00+0100', noon],
    ['2030-01-02T11:00:00-01:00', noon],
    ['2030-01-02', Date.UTC(2030, 0, 2)],
    ['on 2030-01-02', undefined],
    ['tomorrow', undefined],
    ['2030-99-99', undefined],
    [0, undefined],
    [-5, undefined],
    [['2030-01-02'], undefined],
    [{}, undefined],
  ])('is read from %j', (expires_at, told) => {
    expect(updateOf({ url, expires_at })).toHaveProperty('expiresAt', told);
  });
});

describe('members that are no reason of a failure', () => {
  const names = ['project_id', 'object', 'phase', 'thumbnail_url', 'image_generation', 'video_generation', 'duration'];
  const more = ['progress', 'cost', 'expires_at', 'queue_position', 'eta', 'eta_ms', 'created_at', 'updated_at'];

  it.each([...names, ...more])('are not taken for one: %s', name => {
    expect(updateOf({ status: 'failed', [name]: 'moderated' })).toMatchObject({
      failure: {
        code: 'job-failed',
        details: undefined,
        message: expect.stringContaining('a task of this file failed at the backend'),
      },
    });
  });

  it('nor is the url of a task', () => {
    const tasks = [{ status: 'error', url: 'https://cdn.test/log.txt' }];
    expect(updateOf({ tasks })).toHaveProperty('failure.details', undefined);
  });

  it('nor is one that is null', () => {
    expect(updateOf({ status: 'failed', error: null, message: null })).toHaveProperty('failure.details', undefined);
  });

  it('beside several parts with one, each has its place in the details', () => {
    const tasks = [{ status: 'error', error: 'Broken' }];
    expect(updateOf({ status: 'failed', reason: 'Late', tasks })).toHaveProperty('failure.details', [
      { reason: 'Late' },
      { error: 'Broken' },
    ]);
  });
});
