import type { JobRef } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import {
  createJobMemory,
  toSharedKnowledge,
  withPositionGone,
  withToldReason,
} from '../../../src/adapters/file-backend/job-memory.js';

const reason = { code: 'job-failed', text: 'Out of memory' } as const;
const untold = { kind: 'failed', id: 'f1', reason: { code: 'job-failed', text: '' } } as const;
const done = (id: string) =>
  ({ kind: 'done', file: { id, url: `https://a.test/${id}`, type: 'image', metadata: {} } }) as const;

describe('the memory of an adapter', () => {
  it('holds 200 jobs, and forgets the one that was not asked for the longest', () => {
    const memory = createJobMemory();
    for (let nth = 0; nth < 200; nth += 1) memory.of(`job-${nth}`).hasPosition = true;
    expect(memory.of('job-0').hasPosition).toBe(true);
    memory.of('one more');
    expect(memory.of('job-0').hasPosition).toBe(true);
    expect(memory.of('job-2').hasPosition).toBe(true);
    expect(memory.of('job-1').hasPosition).toBe(false);
  });

  it('keeps what is done of a batch only: one file is read anew, for a url that works', () => {
    const memory = createJobMemory();
    memory.setDone({ id: 'f1' }, [done('f1')]);
    memory.setDone({ id: 'f2', files: ['f2', 'f3'] }, [done('f2'), { kind: 'pending' }]);
    expect([...memory.of('f1').done.keys()]).toEqual([]);
    expect([...memory.of('f2').done.keys()]).toEqual(['f2']);
    memory.forget('f2');
    expect([...memory.of('f2').done.keys()]).toEqual([]);
  });

  it('gives a failure the reason that the stream has told, and no other state, and never a second one', () => {
    const job: JobRef = { id: 'f1' };
    const memory = createJobMemory();
    expect(withToldReason([untold], job, undefined)).toEqual([untold]);
    memory.setReason(job, undefined, reason);
    const own = { ...untold, reason: { code: 'moderated', text: 'Flagged' } } as const;
    const wordless = { ...untold, reason: { code: 'moderated', text: '' } } as const;
    const states = [untold, own, wordless, { kind: 'pending' } as const, done('f2')];
    expect(withToldReason(states, job, undefined)).toEqual([{ ...untold, reason }, ...states.slice(1)]);
    expect(withToldReason([untold], { ...job }, undefined, memory.of('f1'))).toEqual([{ ...untold, reason }]);
    // Another job object is one of another adapter, and another base one of another backend.
    expect(withToldReason([untold], { ...job }, undefined)).toEqual([untold]);
    expect(toSharedKnowledge(job, 'https://b.test/').reason).toBeUndefined();
  });
});

describe('a position in the queue that is told no more', () => {
  const known = (hasPosition: boolean) => Object.assign(createJobMemory().of('f1'), { hasPosition });

  it.each([
    { news: {}, isWhole: true, gone: true },
    { news: { progress: 0.1 }, isWhole: false, gone: true },
    { news: { progress: 0 }, isWhole: false, gone: false },
    { news: {}, isWhole: false, gone: false },
    { news: { progress: 0.1, phase: 'queued' as const }, isWhole: false, gone: false },
    { news: { progress: 0.1, phase: 'running' as const }, isWhole: false, gone: true },
  ])('is gone once the job is worked on: $news, $isWhole', ({ news, isWhole, gone }) => {
    const memory = known(true);
    expect(withPositionGone(news, memory, isWhole)).toEqual(gone ? { ...news, backendPosition: null } : news);
    expect(memory.hasPosition).toBe(!gone);
    expect(withPositionGone(news, known(false), isWhole)).toBe(news);
  });

  it.each([
    { backendPosition: 3, has: true },
    { backendPosition: 0, has: true },
    { backendPosition: null, has: false },
  ])('is what the backend says otherwise: $backendPosition', ({ backendPosition, has }) => {
    for (const had of [true, false]) {
      const memory = known(had);
      expect(withPositionGone({ backendPosition }, memory, true)).toEqual({ backendPosition });
      expect(memory.hasPosition).toBe(has);
    }
  });
});
