import { GenerationError } from 'generation-lifecycle';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  checkedFailure,
  checkedSubmission,
  checkedUpdate,
  isKnownKind,
  toFailedCall,
} from '../../../src/machines/generation/generation.answers.js';

const job = { id: 'job-1' };
const itself: { self?: unknown } = {};
itself.self = itself;

/** What is warned of during development. */
function warnings() {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  return () => warn.mock.calls.map(([text]) => String(text));
}

describe('a failure that an adapter reports', () => {
  it('is kept whole if the port allows it', () => {
    const failure = {
      code: 'rate-limited',
      message: 'Too many requests.\n\tTry again.',
      retryable: true,
      resumable: true,
      charged: 'no',
      job,
      status: 429,
      details: { limit: [10, null] },
      retryAfterMs: 2_000,
    };
    expect(checkedFailure(failure, 'read')).toEqual(failure);
  });

  it.each([undefined, null, 'no', [], {}])('has a code, a message and the doubt about money if it is %j', failure => {
    expect(checkedFailure(failure, 'read')).toEqual({
      code: 'job-failed',
      message:
        "The adapter's read() reported a failure without a message. Look at the backend for the reason before you generate again.",
      retryable: false,
      resumable: false,
      charged: 'maybe',
    });
  });

  it.each([
    { what: 'code', given: { code: 7 }, kept: { code: 'job-failed' } },
    { what: 'message', given: { message: 404 }, kept: { message: '404' } },
    { what: 'truths', given: { retryable: 'yes', resumable: 1 }, kept: { retryable: false, resumable: false } },
    { what: 'charge', given: { charged: 'twice' }, kept: { charged: 'maybe' } },
    { what: 'charge that is known', given: { charged: 'yes' }, kept: { charged: 'yes' } },
    { what: 'job', given: { job: 'job-1' }, kept: { job: undefined } },
    { what: 'status', given: { status: '429' }, kept: { status: undefined } },
    { what: 'time', given: { retryAfterMs: Number.NaN }, kept: { retryAfterMs: undefined } },
    { what: 'details', given: { details: itself }, kept: { details: undefined } },
    { what: 'details that are too long', given: { details: 'x'.repeat(7_999) }, kept: { details: undefined } },
    { what: 'long details', given: { details: 'x'.repeat(7_998) }, kept: { details: 'x'.repeat(7_998) } },
  ])('keeps of its members what can be read: $what', ({ given, kept }) => {
    const failure = checkedFailure(given, 'read');
    for (const [name, value] of Object.entries(kept)) expect(Reflect.get(failure, name)).toEqual(value);
  });
});

describe('an update that an adapter answers with', () => {
  const pending = {
    kind: 'pending',
    phase: 'queued',
    progress: 0.5,
    message: 'In the queue',
    backendPosition: 3,
    previews: [{ url: 'https://vendor.test/1.png' }],
    etaMs: 4_000,
    readAfterMs: 1_000,
  };

  it.each([
    pending,
    { ...pending, phase: 'running', message: null, backendPosition: null },
    { kind: 'succeeded', output: { url: 'x' }, expiresAt: 5, cost: { amount: 2, unit: 'credits' }, durationMs: 900 },
    { kind: 'cancelled', charged: 'no', cost: { amount: 0, unit: 'USD' } },
    { kind: 'cancelled', charged: 'maybe', cost: { amount: 0, unit: 'USD' }, stopped: false },
    { kind: 'changed' },
    { kind: 'ignored' },
  ])('is kept whole if the port allows it: $kind', update => {
    const told = warnings();
    expect(checkedUpdate(update, 'read', job)).toEqual(update);
    expect(told()).toEqual([]);
  });

  it.each([
    { given: { phase: 'paused' }, kept: { phase: undefined } },
    { given: { etaMs: Number.POSITIVE_INFINITY }, kept: { etaMs: undefined } },
    { given: { previews: 'x' }, kept: { previews: undefined } },
    { given: { previews: [null, { url: 7 }, { url: 'x' }] }, kept: { previews: [{ url: 'x' }] } },
    { given: { message: 7 }, kept: { message: '7' } },
    { given: { message: true }, kept: { message: undefined } },
  ])('keeps of its members what can be read: $given', ({ given, kept }) => {
    expect(checkedUpdate({ kind: 'pending', ...given }, 'read', job)).toMatchObject(kept);
  });

  it.each([
    { amount: '2', unit: 'credits' },
    { amount: Number.NaN, unit: 'credits' },
    { amount: 2 },
    { amount: 2, unit: 7 },
    'two credits',
    null,
  ])('has no cost that is none: %j', cost => {
    expect(checkedUpdate({ kind: 'succeeded', output: 'x', cost }, 'read', job)).toEqual({
      kind: 'succeeded',
      output: 'x',
      expiresAt: undefined,
      cost: undefined,
    });
  });

  it.each([
    { kind: 'pending', member: 'progres', nearest: 'progress' },
    { kind: 'succeeded', member: 'outputs', nearest: 'output' },
    { kind: 'succeeded', member: 'expireAt', nearest: 'expiresAt' },
    { kind: 'failed', member: 'failures', nearest: 'failure' },
    { kind: 'cancelled', member: 'charge', nearest: 'charged' },
    { kind: 'cancelled', member: 'costs', nearest: 'cost' },
    { kind: 'pending', member: 'kinds', nearest: 'kind' },
  ])('A17: is told of during development, once, with the name that was meant: $member', ({ kind, member, nearest }) => {
    const told = warnings();
    const answer = () => checkedUpdate({ kind, [member]: 1 }, `read of ${kind} ${member}`, job);
    answer();
    answer();
    expect(told()).toEqual([
      `generation-lifecycle: The adapter's read of ${kind} ${member}() answered with a ${kind} update that has the unknown member "${member}", which is ignored. Did you mean "${nearest}"?`,
    ]);
  });

  it('has one of six kinds', () => {
    const kinds = ['pending', 'changed', 'ignored', 'succeeded', 'failed', 'cancelled', 'done', ''];
    expect(kinds.filter(isKnownKind)).toEqual(kinds.slice(0, 6));
  });

  it.each([true, 'no', 0, undefined])('does not say that the job goes on with `stopped` %j', stopped => {
    expect(Reflect.get(checkedUpdate({ kind: 'cancelled', stopped }, 'cancel', job), 'stopped')).toBeUndefined();
  });

  it('may have any member if it says nothing', () => {
    const told = warnings();
    expect(checkedUpdate({ kind: 'ignored', event: 'ping' }, 'events', job)).toEqual({ kind: 'ignored' });
    expect(told()).toEqual([]);
  });

  it.each([undefined, null, [], {}, { kind: 'done' }])(
    'is an error about the job if it has no known kind: %j',
    update => {
      expect(() => checkedUpdate(update, 'read', job)).toThrow(
        expect.objectContaining({
          code: 'invalid-response',
          failure: expect.objectContaining({ job, charged: 'yes', resumable: true }),
        }),
      );
    },
  );
});

describe('the answer to a submit', () => {
  it('is its job, and the update beside it', () => {
    const told = warnings();
    const update = { kind: 'ignored' };
    expect(checkedSubmission({ job, update }, 'submit', 'g-1')).toEqual({ job, update });
    expect(checkedSubmission({ job }, 'submit', 'g-1')).toEqual({ job });
    expect(checkedSubmission({ job, update: null }, 'submit', 'g-1')).toEqual({ job });
    expect(told()).toEqual([]);
  });

  it.each([undefined, new Error('not now')])('is its job alone if the update throws when it is read: %s', thrown => {
    const update = {
      get kind(): never {
        throw thrown;
      },
    };
    expect(checkedSubmission({ job, update }, 'submit', 'g-1')).toEqual({ job });
  });

  it('is its job alone if the update is none, which is told during development', () => {
    const told = warnings();
    expect(checkedSubmission({ job, update: { kind: 'ok' } }, 'submit', 'g-1')).toEqual({ job });
    expect(told()).toEqual([expect.stringContaining('an update of the unknown `kind` "ok"')]);
  });

  it('keeps each member of a job that survives JSON, if another one does not', () => {
    const given = {
      id: 7,
      url: 'https://vendor.test/7',
      size: 10n,
      itself,
      call: () => 1,
      get secret() {
        throw new Error('not now');
      },
    };
    expect(checkedSubmission({ job: given }, 'submit', 'g-1')).toEqual({
      job: { id: '7', url: 'https://vendor.test/7' },
    });
  });

  it('keeps the id of a job whose JSON is something else', () => {
    const given = { id: 'job-1', url: 'x', toJSON: () => 'job-1' };
    expect(checkedSubmission({ job: given }, 'submit', 'g-1')).toEqual({ job: { id: 'job-1', url: 'x' } });
  });
});

describe('what a call of an adapter throws', () => {
  it('is the failure of a GenerationError, with the time to wait', () => {
    const failure = { code: 'busy', message: 'Come back later.', charged: 'no' } as const;
    expect(toFailedCall(new GenerationError(failure, { retryAfterMs: 500 }), 'submit')).toMatchObject({
      failure: { ...failure, retryAfterMs: 500 },
      retryAfterMs: 500,
    });
    expect(toFailedCall(new GenerationError({ ...failure, retryAfterMs: 700 }), 'submit').retryAfterMs).toBe(700);
    expect(toFailedCall(new GenerationError(failure), 'submit').retryAfterMs).toBeUndefined();
  });

  it('has the time to wait of an error by another copy of this library', () => {
    const error = Object.assign(new Error('Come back later.'), { failure: { code: 'busy', retryAfterMs: 900 } });
    expect(toFailedCall(error, 'submit')).toMatchObject({ failure: { code: 'busy' }, retryAfterMs: 900 });
  });

  it('leaves it open whether the request arrived if it is another error', () => {
    expect(toFailedCall(new TypeError('fetch failed'), 'submit')).toEqual({
      failure: {
        code: 'network',
        message:
          "The adapter's submit() threw an error that is no GenerationError: fetch failed. The request may have reached the backend.",
        retryable: false,
        resumable: false,
        charged: 'maybe',
        job: undefined,
      },
    });
  });
});
