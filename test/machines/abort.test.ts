import { describe, expect, it } from 'vitest';
import { abortReasonOf, throwIfAborted } from '../../src/machines/abort.js';

/** A signal of a platform from before 2022. */
const oldSignal = (aborted: boolean) => Object.create(null, { aborted: { value: aborted } }) as AbortSignal;

describe('a signal', () => {
  it('throws its reason once it was aborted', () => {
    const controller = new AbortController();
    expect(() => throwIfAborted(controller.signal)).not.toThrow();
    const reason = new RangeError('The user has left.');
    controller.abort(reason);
    expect(() => throwIfAborted(controller.signal)).toThrow(reason);
    expect(abortReasonOf(controller.signal)).toBe(reason);
  });

  it('throws nothing if there is none', () => {
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(null)).not.toThrow();
  });

  it('throws an AbortError where the platform gives no reason', () => {
    expect(() => throwIfAborted(oldSignal(false))).not.toThrow();
    expect(() => throwIfAborted(oldSignal(true))).toThrow(
      expect.objectContaining({
        name: 'AbortError',
        message: 'The signal was aborted, which this platform gives no reason for.',
      }),
    );
  });
});
