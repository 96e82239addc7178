import { type GenerationAdapter, GenerationError, isExpired, type JobUpdate } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { type ClientContext, initialClient } from '../../../src/machines/client/client.context.js';
import { renewalSteps, toCrashReport } from '../../../src/machines/client/client.renewals.js';
import type { GalleryItem } from '../../../src/machines/client/client.types.js';
import { readItemsAgain, renewalFailure, toRenewalFailure } from '../../../src/machines/client/renewal.reading.js';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';
import { anything } from '../../support/misbehaving-page.js';

type Item = GalleryItem<{ readonly url: string }>;
type Context = ClientContext<string, string, Item>;

const now = 1_000_000;
const job = { id: 'job-1' };
const source = { job, startedAt: 1, origin: 'https://a.test', description: { prompt: 'fog' } };
const item = (id: string, generationId: string, more: Partial<Item> = {}): Item => ({
  id,
  generationId,
  url: 'old',
  renewFrom: source,
  expiresAt: now + 10_000,
  ...more,
});
const contextWith = (items: readonly Item[], more: Partial<Context> = {}): Context => ({
  ...initialClient<string, string, Item>(),
  items,
  ...more,
});
const steps = (renewBeforeMs: number | undefined = 60_000) =>
  renewalSteps<string, string, Item>({
    renewBeforeMs,
    now: () => now,
    getOwner: () => ({ name: 'pictures', origin: 'https://a.test' }),
  });

describe('RENEW', () => {
  const renew = (items: readonly Item[], id = 'a/0', more: Partial<Context> = {}) =>
    steps().renew(contextWith(items, more), { type: 'RENEW', id });

  it('starts one renewal of all items of a generation', () => {
    const step = renew([item('a/0', 'a'), item('a/1', 'a'), item('b/0', 'b')], 'a/0', { runCount: 4 });
    expect(step.renewals).toEqual([
      { runId: 'renewal/4', generationId: 'a', source, ids: ['a/0', 'a/1'], sharedUntil: undefined },
    ]);
    expect(step.context).toMatchObject({ runCount: 5, renewals: { a: { runId: 'renewal/4', ids: ['a/0'] } } });
    expect(step).not.toHaveProperty('emitted');
  });

  it('joins one that runs, and tells it that the user waits', () => {
    const step = renew([item('a/0', 'a')], 'a/0', { renewals: { a: { runId: 'renewal/1', ids: ['a/1', 'a/0'] } } });
    expect(step.renewals).toBeUndefined();
    expect(step.messages).toEqual([{ to: 'renewal/1', message: { type: 'RENEW' } }]);
    expect(step.context.renewals['a']?.ids).toEqual(['a/1', 'a/0']);
  });

  it.each<[string, readonly Item[], object]>([
    [
      'is not shown',
      [],
      { code: 'not-found', charged: 'no', message: 'The gallery shows no item a/0, so it cannot be renewed.' },
    ],
    [
      'was stored without its job',
      [item('a/0', 'a', { renewFrom: undefined })],
      {
        code: 'bad-input',
        charged: 'no',
        message: 'Item a/0 cannot be renewed: it was stored without the job that made it. Generate it again.',
      },
    ],
    ['was stored without its generation', [item('a/0', 'a', { generationId: undefined })], { code: 'bad-input' }],
    [
      'belongs to another backend',
      [item('a/0', 'a', { renewFrom: { ...source, origin: 'https://b.test' } })],
      {
        code: 'bad-input',
        charged: 'yes',
        job,
        message:
          'Item a/0 cannot be renewed here: job job-1 belongs to https://b.test, and this page uses https://a.test. Open the page with https://b.test.',
      },
    ],
  ])('says why not, if the item %s', (_, items, failure) => {
    const step = renew(items);
    expect(step.emitted).toMatchObject([{ type: 'item.renewFailed', id: 'a/0', failure }]);
    expect(step).not.toHaveProperty('renewals');
  });
});

describe('what is renewed by itself', () => {
  const due = (items: readonly Item[], more: Partial<Context> = {}, before = 60_000) =>
    steps(before).renewDue(contextWith(items, { renewalDueAt: now, ...more }));
  const begun = (step: ReturnType<typeof due>) => step.renewals?.map(({ generationId }) => generationId) ?? [];

  it('is what expires soon, shared with other tabs until the first of its items expires', () => {
    const step = due([
      item('a/0', 'a', { expiresAt: now + 9 }),
      item('a/1', 'a', { expiresAt: now + 7 }),
      item('a/2', 'a', { expiresAt: undefined }),
      item('a/3', 'a', { expiresAt: Number.NaN }),
    ]);
    expect(step.renewals).toMatchObject([
      { generationId: 'a', ids: ['a/0', 'a/1', 'a/2', 'a/3'], sharedUntil: now + 7 },
    ]);
    expect(step.context.renewals['a']?.ids).toEqual([]);
    expect(step.context.renewalDueAt).toBeUndefined();
  });

  it.each<[string, Partial<Item>, Partial<Context>]>([
    ['expires later', { expiresAt: now + 60_001 }, {}],
    ['never expires', { expiresAt: undefined }, {}],
    ['expires at a text', { expiresAt: anything('2026-12-01T00:00:00Z') }, {}],
    ['expires at no number', { expiresAt: Number.NaN }, {}],
    ['was stored without its job', { renewFrom: undefined }, {}],
    ['was stored without its generation', { generationId: undefined }, {}],
    ['belongs to another backend', { renewFrom: { ...source, origin: 'https://b.test' } }, {}],
    ['is renewed already', {}, { renewals: { a: { runId: 'renewal/0', ids: [] } } }],
    ['was renewed a moment ago', {}, { renewals: { a: { ids: [], notBefore: now + 1 } } }],
    ['cannot be renewed any more', {}, { renewals: { a: { ids: [], isOver: true } } }],
  ])('is nothing that %s', (_, more, context) => {
    expect(begun(due([item('a/0', 'a', more)], context))).toEqual([]);
  });

  it('is what expires in time, to the ms, and what was renewed long enough ago', () => {
    expect(begun(due([item('a/0', 'a', { expiresAt: now + 60_000 })]))).toEqual(['a']);
    expect(begun(due([item('a/0', 'a')], { renewals: { a: { ids: [], notBefore: now } } }))).toEqual(['a']);
  });

  it('is three generations at a time', () => {
    const items = ['a', 'b', 'c', 'd'].map(id => item(`${id}/0`, id));
    expect(begun(due(items))).toEqual(['a', 'b', 'c']);
    expect(begun(due(items, { renewals: { x: { runId: 'renewal/0', ids: [] }, y: { ids: [] } } }))).toEqual(['a', 'b']);
  });

  const timer = (items: readonly Item[], more: Partial<Context> = {}) => steps().setTimer(contextWith(items, more));
  const set = (dueAt: number | undefined) => [{ to: 'expiry', message: { type: 'expiry.set', dueAt } }];

  it('is waited for until the first one is due', () => {
    const items = [item('a/0', 'a', { expiresAt: now + 90_000 }), item('b/0', 'b', { expiresAt: now + 80_000 })];
    expect(timer(items)).toMatchObject({ context: { renewalDueAt: now + 20_000 }, messages: set(now + 20_000) });
    expect(timer(items, { renewalDueAt: now + 20_000 }).messages).toEqual([]);
    expect(timer([], { renewalDueAt: 5 })).toMatchObject({
      context: { renewalDueAt: undefined },
      messages: set(undefined),
    });
    expect(timer([]).messages).toEqual([]);
    expect(timer([item('a/0', 'a', { expiresAt: Number.NaN })]).messages).toEqual([]);
    const gap = { renewals: { b: { ids: [], notBefore: now + 70_000 } } };
    expect(timer(items, gap).context.renewalDueAt).toBe(now + 30_000);
  });

  it('is not waited for while three run, and not at all by default', () => {
    const running = { a: { runId: '1', ids: [] }, b: { runId: '2', ids: [] }, c: { runId: '3', ids: [] } };
    expect(timer([item('d/0', 'd')], { renewals: running }).messages).toEqual([]);
    const { c: _, ...two } = running;
    expect(timer([item('d/0', 'd')], { renewals: two }).messages).toHaveLength(1);
    const context = contextWith([item('d/0', 'd')], { renewalDueAt: 7 });
    expect(
      renewalSteps<string, string, Item>({ renewBeforeMs: undefined, now: () => now, getOwner: () => ({}) }).setTimer(
        context,
      ),
    ).toEqual({ context, messages: [] });
    expect(timer([item('d/0', 'd', { renewFrom: { ...source, origin: 'https://b.test' } })]).messages).toEqual([]);
    expect(timer([item('d/0', 'd', { renewFrom: undefined })]).messages).toEqual([]);
  });
});

describe('the end of a renewal', () => {
  const end = (more: object, context: Partial<Context> = {}) =>
    steps().endRenewal(
      contextWith([item('a/0', 'a'), item('a/1', 'a')], {
        renewals: { a: { runId: 'renewal/0', ids: ['a/0', 'a/1'] } },
        ...context,
      }),
      {
        type: 'renewal.ended',
        runId: 'renewal/0',
        generationId: 'a',
        items: [item('a/0', 'a', { url: 'new' })],
        failure: undefined,
        storageError: undefined,
        ...more,
      },
    );

  it('replaces what was renewed, and says what is missing', () => {
    const step = end({ storageError: 'storage-full' });
    expect(step.context.items.map(({ url }) => url)).toEqual(['new', 'old']);
    expect(step.context.renewals['a']).toEqual({ ids: [], notBefore: now + 60_000, isOver: false });
    expect(step.context.storageErrors.writing).toBe('storage-full');
    expect(step.stops).toEqual(['renewal/0']);
    expect(step.emitted).toMatchObject([
      { type: 'item.renewed', id: 'a', item: { id: 'a/0', url: 'new' } },
      {
        type: 'item.renewFailed',
        id: 'a/1',
        failure: {
          code: 'expired',
          charged: 'no',
          message: 'Item a/1 was not renewed: it was removed, or its job does not have it any more.',
        },
      },
    ]);
    expect(end({}, { removed: { 'a/0': true } }).emitted).toMatchObject([
      { type: 'item.renewFailed', id: 'a/0' },
      { type: 'item.renewFailed', id: 'a/1' },
    ]);
    expect(end({}, { renewals: {} }).emitted).toHaveLength(1);
  });

  it.each(['expired', 'job-failed', 'bad-input', 'network', 'busy'] as const)(
    'by %s is final only where the next one cannot go better',
    code => {
      const failure = createFailure(code, '');
      const step = end({ items: [], failure }, { storageErrors: { writing: 'storage-full' } });
      expect(step.context.renewals['a']?.isOver).toBe(!['network', 'busy'].includes(code));
      expect(step.context.storageErrors.writing).toBe('storage-full');
      expect(step.emitted).toEqual(['a/0', 'a/1'].map(id => ({ type: 'item.renewFailed', id, failure })));
    },
  );

  it('is told of one that has crashed', () => {
    const context = contextWith([], {
      renewals: { x: { runId: 'renewal/1', ids: [] }, a: { runId: 'renewal/0', ids: [] } },
    });
    expect(toCrashReport(context, 'renewal/0')).toMatchObject({
      type: 'renewal.ended',
      runId: 'renewal/0',
      generationId: 'a',
      items: [],
      storageError: undefined,
      failure: {
        code: 'interrupted',
        charged: 'no',
        message:
          'The renewal of the items of generation a stopped with an error. Nothing was charged. Renew them again.',
      },
    });
    expect(toCrashReport(context, 'run/0')).toBeUndefined();
  });
});

describe('a job that is read again', () => {
  const input = { runId: 'renewal/0', generationId: 'a', source, ids: ['a/1'] };
  const { signal } = new AbortController();
  const read = (
    answer: () => JobUpdate<string>,
    toItems: (output: string) => readonly object[] = output => [{ url: output }, { url: output }],
  ) => {
    const calls: unknown[] = [];
    const adapter = anything<GenerationAdapter<string, string>>({
      read: async (...call: unknown[]) => {
        calls.push(call);
        return answer();
      },
    });
    return {
      calls,
      items: readItemsAgain<string, string, object>(adapter, toItems, input, signal).catch(error =>
        toRenewalFailure(error, input),
      ),
    };
  };

  it('gives the items that are still in the gallery, with their expiry', async () => {
    const { calls, items } = read(() => ({ kind: 'succeeded', output: 'new', expiresAt: 9 }));
    expect(await items).toEqual([{ id: 'a/1', generationId: 'a', url: 'new', expiresAt: 9, renewFrom: source }]);
    expect(calls).toEqual([[job, { signal }]]);
  });

  it.each<[string, () => JobUpdate<string>, object]>([
    [
      'runs',
      () => ({ kind: 'pending' }),
      {
        code: 'busy',
        charged: 'yes',
        job,
        message:
          'Job job-1 of generation a is still running at the backend, so its items cannot be renewed now. Renew them later.',
      },
    ],
    [
      'was cancelled',
      () => ({ kind: 'cancelled' }),
      { code: 'job-failed', message: 'Job job-1 of generation a was cancelled, so its items cannot be renewed.' },
    ],
    [
      'has failed',
      () => ({ kind: 'failed', failure: createFailure('moderated', 'no') }),
      { code: 'moderated', message: 'no' },
    ],
    [
      'is gone',
      () => {
        throw new GenerationError({ code: 'not-found', message: '404' });
      },
      {
        code: 'expired',
        charged: 'yes',
        job,
        message:
          'The backend has deleted job job-1 of generation a, so its items cannot be renewed. Generate them again.',
      },
    ],
    [
      'cannot be read',
      () => {
        throw new GenerationError({ code: 'unauthorized', message: '401' });
      },
      { code: 'unauthorized', message: '401' },
    ],
    [
      'throws',
      () => {
        throw Error('oops');
      },
      { code: 'network', charged: 'yes', job, message: expect.stringContaining("The adapter's read() threw") },
    ],
  ])('says why not, if it %s', async (_, answer, failure) => {
    expect(await read(answer).items).toMatchObject(failure);
  });

  it('says that toItems has failed', async () => {
    const failed = read(
      () => ({ kind: 'succeeded', output: 'new' }),
      () => {
        throw Error('no url.');
      },
    );
    expect(await failed.items).toMatchObject({
      code: 'invalid-response',
      charged: 'yes',
      job,
      message:
        'toItems failed for the output of job job-1 of generation a: no url. The items stay as they were: correct toItems and renew them again.',
    });
  });

  it('charges nothing where there is no job', () => {
    expect(renewalFailure('busy', 'later')).toMatchObject({
      code: 'busy',
      message: 'later',
      charged: 'no',
      job: undefined,
    });
    expect(renewalFailure('busy', 'later', job)).toMatchObject({ charged: 'yes', job });
  });
});

it('says whether the URLs of an item have stopped working', () => {
  expect([9, 10, 11].map(at => isExpired({ id: 'a/0', expiresAt: 10 }, at))).toEqual([false, true, true]);
  expect(isExpired({ id: 'a/0' }, 10)).toBe(false);
});
