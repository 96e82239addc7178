import { GenerationError, isGenerationError } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';

describe('a GenerationError', () => {
  const init = { code: 'busy', message: 'Come back later.' } as const;

  it('is an error with its failure as plain data', () => {
    const error = new GenerationError(init);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'GenerationError', message: 'Come back later.', code: 'busy' });
    expect(error.failure).toEqual({ ...init, retryable: false, resumable: false, charged: 'no' });
    expect(error.retryAfterMs).toBeUndefined();
    expect('retryAfterMs' in error.failure).toBe(false);
    expect('cause' in error).toBe(false);
  });

  it('has what it was given', () => {
    const given = { ...init, retryable: true, resumable: true, charged: 'yes', status: 503 } as const;
    const cause = new TypeError('fetch failed');
    const error = new GenerationError(given, { cause, retryAfterMs: 0 });
    expect(error.failure).toEqual({ ...given, retryAfterMs: 0 });
    expect(error.retryAfterMs).toBe(0);
    expect(error.cause).toBe(cause);
    expect('cause' in new GenerationError(init, { cause: undefined })).toBe(true);
  });

  it('waits as long as its failure says, unless its options say something else', () => {
    expect(new GenerationError({ ...init, retryAfterMs: 5 }).retryAfterMs).toBe(5);
    const error = new GenerationError({ ...init, retryAfterMs: 5 }, { retryAfterMs: 7 });
    expect([error.retryAfterMs, error.failure.retryAfterMs]).toEqual([7, 7]);
  });

  it('is told from other errors by its failure, also one of another copy of the library', () => {
    expect(isGenerationError(new GenerationError(init))).toBe(true);
    expect(isGenerationError(Object.assign(new Error('x'), { failure: init }))).toBe(true);
    const others = [
      new Error('x'),
      Object.assign(new Error('x'), { failure: null }),
      { failure: init },
      'x',
      undefined,
    ];
    expect(others.map(isGenerationError)).toEqual(Array(5).fill(false));
    expect(isGenerationError(Object.assign(new Error('x'), { failure: {} }))).toBe(false);
  });
});

describe('a failure of the chart', () => {
  it('can be resumed and was charged if there is a job', () => {
    const job = { id: 'job-1' };
    expect(createFailure('deadline', 'Too late.', job)).toEqual({
      code: 'deadline',
      message: 'Too late.',
      retryable: false,
      resumable: true,
      charged: 'yes',
      job,
    });
  });

  it('cannot be resumed and may have been charged if there is none', () => {
    expect(createFailure('interrupted', 'Lost.')).toEqual({
      code: 'interrupted',
      message: 'Lost.',
      retryable: false,
      resumable: false,
      charged: 'maybe',
      job: undefined,
    });
  });
});
