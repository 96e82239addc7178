import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { callIsolated, ignoreRejection, isolatedInspect, textOfThrown } from '../../src/machines/isolated.js';

/** What is printed as an error. */
function printed() {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => print.mockRestore());
  return print;
}

const thrown = new Error('A function of the page failed.');
const fail = () => {
  throw thrown;
};

describe('a function of the page', () => {
  it('is called with its parameters', () => {
    const called = vi.fn();
    callIsolated(called, 1, 'a');
    expect(called.mock.calls).toEqual([[1, 'a']]);
  });

  it('has no effect by what it throws, which is printed', () => {
    const print = printed();
    expect(() => callIsolated(fail)).not.toThrow();
    expect(print.mock.calls).toEqual([[thrown]]);
  });

  it('has no effect by what it rejects with, which is printed', async () => {
    const print = printed();
    callIsolated(() => Promise.reject(thrown));
    await expect.poll(() => print.mock.calls).toEqual([[thrown]]);
  });

  it('has no effect by an error that cannot be printed', () => {
    const print = printed();
    print.mockImplementationOnce(fail);
    expect(() => callIsolated(fail)).not.toThrow();
    expect(print).toHaveBeenLastCalledWith(
      'generation-lifecycle: a function of the page threw an error that cannot be printed.',
    );
  });

  it('may return a promise that nobody looks at', async () => {
    const onRejected = vi.fn();
    ignoreRejection(Promise.reject(thrown), onRejected);
    ignoreRejection(Promise.resolve(1), onRejected);
    ignoreRejection(1, onRejected);
    await expect.poll(() => onRejected.mock.calls).toEqual([[thrown]]);
  });
});

describe('a function that inspects', () => {
  const event = Object.freeze({}) as never;

  it('gets each event, also as an observer', () => {
    const inspect = vi.fn();
    for (const isolated of [isolatedInspect(inspect), isolatedInspect({ next: inspect })]) {
      if (typeof isolated === 'function') isolated(event);
      else isolated.next?.(event);
    }
    expect(inspect.mock.calls).toEqual([[event], [event]]);
  });

  it('has no effect by what it throws, also as an observer', () => {
    const print = printed();
    for (const isolated of [isolatedInspect(fail), isolatedInspect({ next: fail }), isolatedInspect({})]) {
      if (typeof isolated === 'function') isolated(event);
      else isolated.next?.(event);
    }
    expect(print.mock.calls).toEqual([[thrown], [thrown]]);
  });
});

describe('the text of what was thrown', () => {
  it.each([
    { what: 'an error', value: new Error(' The disk is full. '), text: 'The disk is full' },
    { what: 'a text', value: 'The disk is full.', text: 'The disk is full' },
    { what: 'full stops within', value: new Error('a.b. c'), text: 'a.b. c' },
    { what: 'a number', value: 42, text: '42' },
    { what: 'an error without a message', value: new Error(''), text: 'it threw an error without a message' },
    { what: 'an object without a text', value: Object.create(null), text: 'it threw an error that cannot be read' },
  ])('is taken from $what', ({ value, text }) => {
    expect(textOfThrown(value)).toBe(text);
  });
});
