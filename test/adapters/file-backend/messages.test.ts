import { fileBackend, sharedReads, toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const quiet = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const job = { id: 'f1' };

/** The messages of a submit, a read and a stream that get the same answer. */
async function messagesFor(answer: Answer, headers?: () => never) {
  const { url: baseUrl } = await loopback(() => answer);
  const adapter = fileBackend({ kind: 'image', baseUrl, headers, maxEventBytes: 20 });
  const errors = [
    await rejection(adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'k1' })),
    await rejection(adapter.read(job, { signal })),
    await rejection(collect(adapter.events?.(job, quiet))),
  ];
  return errors.map(error => (error instanceof Error ? error.message : expect.unreachable()));
}

const mayBeCharged = 'The job may be running and may have been charged: check at the backend before you submit again.';

describe('a message says what happened, to which job, and what to do', () => {
  it.each<{ title: string; answer: Answer; headers?: () => never; messages: readonly [string, string, string] }>([
    {
      title: 'for a connection that breaks',
      answer: response => void response.destroy(),
      messages: [
        `The submit with idempotency key k1 failed: the connection to the backend broke. ${mayBeCharged}`,
        'The read of job f1 failed: the connection to the backend broke. Try again later.',
        'The event stream of job f1 failed: the connection to the backend broke. Try again later.',
      ],
    },
    {
      title: 'for an answer without what was asked for',
      answer: json({ success: true }),
      messages: [
        `The submit with idempotency key k1 failed: the backend's answer has no file id, so the job cannot be followed. ${mayBeCharged}`,
        'The read of job f1 failed: the answer is not the object of file f1. Check that the URL of the backend is right.',
        'The event stream of job f1 failed: the backend answered 200 without an event stream. Check that the URL of the backend is right.',
      ],
    },
    {
      title: 'for a refusal with a reason',
      answer: json({ error: 'The balance is too low', requiredCredits: 3 }, 402),
      messages: [
        'The submit with idempotency key k1 failed: the backend answered 402: The balance is too low. Add credits, then submit again.',
        'The read of job f1 failed: the backend answered 402: The balance is too low. Add credits, then submit again.',
        'The event stream of job f1 failed: the backend answered 402 without an event stream. Add credits, then submit again.',
      ],
    },
    {
      title: 'for a 404',
      answer: { status: 404 },
      messages: [
        'The submit with idempotency key k1 failed: the backend answered 404. Check that the URL of the backend is right.',
        'The read of job f1 failed: the backend answered 404. Check that the job still exists and that the URL of the backend is right.',
        'The event stream of job f1 failed: the backend answered 404 without an event stream. Check that the job still exists and that the URL of the backend is right.',
      ],
    },
    {
      title: 'for headers that cannot be had',
      answer: {},
      headers: () => {
        throw new Error('down');
      },
      messages: [
        'The submit with idempotency key k1 failed: the headers option threw, or gave headers that cannot be sent. Nothing was sent. Check the headers option, or try again later.',
        'The read of job f1 failed: the headers option threw, or gave headers that cannot be sent. Nothing was sent. Check the headers option, or try again later.',
        'The event stream of job f1 failed: the headers option threw, or gave headers that cannot be sent. Nothing was sent. Check the headers option, or try again later.',
      ],
    },
  ])('$title', async ({ answer, headers, messages }) => {
    expect(await messagesFor(answer, headers)).toEqual(messages);
  });

  it('for an event that is too large', async () => {
    const [, , message] = await messagesFor(stream([`data: ${'x'.repeat(50)}\n\n`]));
    expect(message).toBe('The event stream of job f1 failed: an event has more than 20 bytes. Raise maxEventBytes.');
  });

  it('for an input with mistakes', async () => {
    const adapter = fileBackend({ kind: 'image', baseUrl: 'http://unused.test' });
    const submit = (input: unknown) =>
      // What plain JavaScript may pass.
      adapter.submit(JSON.parse(JSON.stringify(input)), { signal, idempotencyKey: 'k1' });
    expect(await rejection(submit({ prompt: '', seed: 0.5 }))).toMatchObject({
      message:
        'The submit with idempotency key k1 failed: prompt must be a string that is not empty, seed must be a whole number (beyond 2^53 as a string). Nothing was sent. Correct the input.',
    });
    expect(await rejection(submit({ seed: 1 }))).toHaveProperty('message', expect.stringContaining('prompt'));
    expect(await rejection(submit('dunes'))).toHaveProperty('message', expect.stringContaining('the input'));
  });

  it('for a relative URL outside a page', async () => {
    expect(await rejection(fileBackend({ kind: 'image' }).read(job, { signal }))).toMatchObject({
      message:
        'The read of job f1 failed: the URL /api/file/f1 is relative, and there is no page to resolve it against. Set the baseUrl option to the absolute URL of the backend.',
    });
  });

  it('for a job that failed', async () => {
    const { url: baseUrl } = await loopback(() => json({ id: 'f1', tasks: [{ status: 'error' }] }));
    expect(await fileBackend({ kind: 'image', baseUrl }).read(job, { signal })).toMatchObject({
      failure: {
        message: 'Job f1 failed: file f1: a task of this file failed at the backend. Submit again to start a new job.',
      },
    });
  });

  it('for a shared read without an entry', async () => {
    const reads = sharedReads({ readMany: async () => new Map(), windowMs: 0 });
    expect(await rejection(reads.read(job, { signal }))).toMatchObject({
      message:
        'The read of job f1 failed: the result of readMany has no entry for it. Check that readMany returns an entry for each job id.',
    });
    expect(toFileUpdates([], [job]).get('f1')).toMatchObject({
      message:
        'The read of job f1 failed: the answer has no file object for it. Check that the URL of the backend is right.',
    });
  });
});

describe('a message contains no value that is not a text', () => {
  it.each<{ body: unknown; text: string }>([
    { body: { detail: [{ loc: ['body', 0, {}], msg: 5 }, { msg: 'is odd' }, null] }, text: ': body.0, is odd.' },
    { body: { detail: [{}] }, text: 'the backend answered 422. ' },
    { body: { error: {}, details: [], message: 7, detail: {} }, text: 'the backend answered 422. ' },
    { body: null, text: 'the backend answered 422. ' },
  ])('for the answer $body', async ({ body, text }) => {
    const [submit, read] = await messagesFor(json(body, 422));
    for (const message of [submit, read]) {
      expect(message).toContain(text);
      expect(message).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });
});
