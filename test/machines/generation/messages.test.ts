import { describe, expect, it } from 'vitest';
import {
  invalidInputMessage,
  invalidJobMessage,
  invalidTokenMessage,
  invalidUpdateMessage,
  lostStreamJobMessage,
  newerTokenMessage,
  restoredSnapshotMessage,
  stoppedFollowingMessage,
  tokenMismatchMessage,
  unansweredSubmitMessage,
  unknownErrorMessage,
  unnamedFailureMessage,
} from '../../../src/machines/generation/generation.messages.js';

const job = { id: 'job-1' };

/** A message that a user or a developer reads: each says what happened, to which job or generation, and what to do. */
const messages: readonly { readonly of: string; readonly text: string; readonly says: readonly string[] }[] = [
  {
    of: 'a token of another generation',
    text: tokenMismatchMessage('g-1', 'g-2'),
    says: ['belongs to generation g-2, not to g-1', 'Pass the token’s own id'.replace('’', "'")],
  },
  {
    of: 'a token of another version',
    text: newerTokenMessage('g-2', 9, job),
    says: ['generation g-2 has version 9', 'cannot read', 'Job job-1 is charged', 'Update this page or the library'],
  },
  {
    of: 'a token of a newer version without a job',
    text: newerTokenMessage('g-2', 9, undefined),
    says: ['job may be running and may have been charged', 'Update this page or the library'],
  },
  {
    of: 'a token that cannot be read',
    text: invalidTokenMessage('g-2', 'its `version` is a value of type string'),
    says: ['generation g-2 cannot be read: its `version` is', 'may have been charged', 'isResumeToken()'],
  },
  {
    of: 'an input without an id',
    text: invalidInputMessage('id', 5),
    says: ['The input of a generation has a value of type number as `id`', 'Nothing is submitted', 'Pass a text'],
  },
  {
    of: 'an input with an empty key',
    text: invalidInputMessage('idempotencyKey', '', 'g-2'),
    says: ['The input of generation g-2 has an empty text as `idempotencyKey`'],
  },
  {
    of: 'a submit without an answer',
    text: unansweredSubmitMessage('g-1'),
    says: ['did not answer the submit of generation g-1 in time', 'may have been charged', 'check at the backend'],
  },
  {
    of: 'the end of following',
    text: stoppedFollowingMessage('g-1', job, 'was not finished in time', undefined),
    says: ['Job job-1 of generation g-1 was not finished in time.', 'resume it with its token, which costs nothing'],
  },
  {
    of: 'the end of following after a failed read',
    text: stoppedFollowingMessage('g-1', job, 'was not finished in time', {
      code: 'network',
      message: 'The connection was lost.',
      retryable: true,
      resumable: true,
      charged: 'yes',
    }),
    says: ['which costs nothing. The last read failed: The connection was lost.'],
  },
  {
    of: 'a lost stream',
    text: lostStreamJobMessage('g-1', job),
    says: ['job job-1 of generation g-1 was lost', 'check at'],
  },
  { of: 'a failure without a message', text: unnamedFailureMessage('read'), says: ["adapter's read()", 'Look at'] },
  { of: 'a restored snapshot', text: restoredSnapshotMessage, says: ['cannot be restored', 'toResumeToken('] },
];

describe('the messages of a generation', () => {
  it.each(messages)('say what happened, to which job, and what to do: $of', ({ text, says }) => {
    for (const part of says) expect(text).toContain(part);
  });

  it.each([
    { error: new Error(' The socket hung up. '), what: 'an error that is no GenerationError: The socket hung up' },
    { error: 'a.b is no host', what: 'an error that is no GenerationError: a.b is no host' },
    { error: 'no', what: 'an error that is no GenerationError: no' },
    { error: new Error('   '), what: 'an error without a message' },
    { error: 42, what: 'an error without a message' },
    { error: undefined, what: 'an error without a message' },
    { error: Object.assign(new Error('a'), { message: 7 }), what: 'an error without a message' },
    {
      error: Object.defineProperty(new Error('a'), 'message', {
        get() {
          throw new Error('unreadable');
        },
      }),
      what: 'an error without a message',
    },
  ])('say what an adapter threw: $what', ({ error, what }) => {
    expect(unknownErrorMessage('submit', error)).toBe(
      `The adapter's submit() threw ${what}. The request may have reached the backend.`,
    );
  });

  it('name no job where none is known', () => {
    expect(stoppedFollowingMessage('g-1', undefined, 'was lost', undefined)).toContain(
      'Job of generation g-1 was lost.',
    );
    expect(lostStreamJobMessage('g-1', undefined)).toContain('The stream of job of generation g-1 was lost');
    expect(invalidUpdateMessage('find', undefined, 7)).toContain("The adapter's find() answered for job with a value");
  });

  it('show at most 2,000 characters of what an adapter threw', () => {
    expect(unknownErrorMessage('read', 'x'.repeat(3_000)).match(/x+/)?.[0]).toHaveLength(2_000);
  });

  it.each([
    { given: undefined, found: 'a `job` of type undefined' },
    { given: null, found: 'a `job` of type null' },
    { given: [], found: 'a `job` of type array' },
    { given: 'job-1', found: 'a `job` of type string' },
    { given: { id: '' }, found: 'an empty `job.id`' },
    { given: {}, found: 'a `job.id` of type undefined' },
    { given: { id: null }, found: 'a `job.id` of type null' },
  ])('name what is wrong with the job of an answer: $found', ({ given, found }) => {
    expect(invalidJobMessage('g-1', given)).toBe(
      `The adapter answered the submit of generation g-1 with ${found}, so the job cannot be followed. It may be running and may have been charged. Return { job: { id } } with a text as id.`,
    );
  });

  it.each([
    { given: undefined, found: 'a value of type undefined' },
    { given: null, found: 'a value of type null' },
    { given: [1], found: 'a value of type array' },
    { given: { kind: 'done' }, found: 'an update of the unknown `kind` "done"' },
    { given: { kind: 'x'.repeat(200) }, found: `an update of the unknown \`kind\` "${'x'.repeat(100)}"` },
    { given: { kind: 7 }, found: 'an update whose `kind` is of type number' },
    { given: {}, found: 'an update whose `kind` is of type undefined' },
  ])('name what is wrong with an update: $found', ({ given, found }) => {
    expect(invalidUpdateMessage('read', job, given)).toBe(
      `The adapter's read() answered for job job-1 with ${found}. Correct the adapter: an update has the kind pending, changed, ignored, succeeded, failed or cancelled.`,
    );
  });
});
