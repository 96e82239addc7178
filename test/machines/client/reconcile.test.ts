import type { StoredGeneration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { findGeneration, updateGeneration } from '../../../src/machines/client/client.list.js';
import { reconcileStep } from '../../../src/machines/client/client.reconcile.js';
import { newStored } from '../../../src/machines/client/stored-generation.js';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';
import { contextOf, emptyContext, type TestContext, type TestItem } from '../../support/client-context.js';

const now = 100_000_000;
const job = { id: 'job-1' };
const own = { name: 'pictures', origin: 'https://a.test' };
const stored = (id: string, more: Partial<StoredGeneration> = {}): StoredGeneration => ({
  ...newStored(id, 1, own),
  updatedAt: now,
  ...more,
});
const failure = { ...createFailure('unreachable', 'no answer', job) };
const ended = (id: string, end: StoredGeneration['ended'] = { status: 'completed' }): StoredGeneration =>
  stored(id, { ended: end });

const reconcile = reconcileStep<string, string, TestItem>(
  10,
  () => now,
  () => own,
);
const read = (context: TestContext, generations: readonly StoredGeneration[], items: readonly TestItem[] = []) =>
  reconcile(context, { type: 'store.read', stored: generations, items, isOutdated: false });
const ids = ({ context }: ReturnType<typeof read>) => context.generations.map(({ id }) => id);
const endOf = (id: string, more: object = {}) =>
  expect.objectContaining({
    to: 'storeWriter',
    message: expect.objectContaining({ type: 'endGeneration', id, now, ...more }),
  });

describe('a reading of the store', () => {
  it('makes the client ready, and its error is over', () => {
    const before: TestContext = {
      ...emptyContext,
      storageErrors: { reading: 'storage-full', writing: 'storage-full' },
    };
    const step = read(before, [], [{ id: 'x/0' }]);
    expect(step.context).toMatchObject({
      isReady: true,
      storageErrors: { reading: undefined, writing: 'storage-full' },
      items: [{ id: 'x/0' }],
    });
    expect(step.messages).toEqual([]);
    expect(step.spawns ?? []).toEqual([]);
  });

  it('starts a run of what still runs, with its stored input', () => {
    const step = read(emptyContext, [stored('a', { input: { prompt: 'fog' } }), stored('b')]);
    expect(step.spawns?.map(({ id, origin, runId }) => [id, origin, runId])).toEqual([
      ['a', 'found', 'run/0'],
      ['b', 'found', 'run/1'],
    ]);
    expect(step.spawns?.[0]?.getInput?.()).toEqual({ prompt: 'fog' });
    expect(step.spawns?.[1]?.getInput).toBeUndefined();
    // Of two requests at the same time, the one that is found later is shown first.
    expect(ids(step)).toEqual(['b', 'a']);
  });

  it('leaves alone what another client has requested', () => {
    expect(ids(read(emptyContext, [stored('a', { name: 'songs' })]))).toEqual([]);
    expect(ids(read(emptyContext, [stored('a', { name: undefined })]))).toEqual(['a']);
  });

  it('shows what another backend has, and does nothing to it', () => {
    const step = read(emptyContext, [stored('a', { origin: 'https://b.test' })]);
    expect(step.spawns ?? []).toEqual([]);
    expect(step.messages).toEqual([]);
    expect(step.context.entries['a']).toMatchObject({ phase: 'ended', isForeign: true });
    expect(findGeneration(step.context, 'a')).toMatchObject({
      status: 'failed',
      failure: { code: 'bad-input', message: expect.stringContaining('https://b.test') },
      canResume: false,
      canRetry: false,
    });
    // It is shown once, and not where its run is here, or it was dismissed.
    expect(ids(read(step.context, [stored('a', { origin: 'https://b.test' })]))).toEqual(['a']);
    const running = contextOf({ a: {} });
    expect(
      findGeneration(read(running, [stored('a', { origin: 'https://b.test' })]).context, 'a')?.failure,
    ).toBeUndefined();
    expect(ids(read({ ...emptyContext, dismissed: { a: true } }, [stored('a', { origin: 'https://b.test' })]))).toEqual(
      [],
    );
    // Once it is gone there, it is gone here.
    expect(ids(read(step.context, []))).toEqual([]);
  });

  it('tells a run what was found', () => {
    const found = stored('a');
    const step = read(contextOf({ a: { phase: 'active' } }), [found]);
    expect(step.messages).toEqual([{ to: 'run/a', message: { type: 'stored.found', stored: found } }]);
    expect(step.context.entries['a']?.isStored).toBe(true);
    const writing = read(contextOf({ a: { phase: 'ended' } }), [found]);
    expect(writing.messages).toEqual([]);
    expect(writing.spawns ?? []).toEqual([]);
  });

  it('ends in the store what was dismissed, or could not be ended', () => {
    expect(read({ ...emptyContext, dismissed: { a: true } }, [stored('a')]).messages).toEqual([
      endOf('a', { ended: expect.objectContaining({ isDismissed: true }) }),
    ]);
    const shown = updateGeneration(
      contextOf({ a: { phase: 'ended', runId: undefined, isEndUnstored: true } }),
      'a',
      {},
      { status: 'completed' },
    );
    const step = read(shown, [stored('a')]);
    expect(step.messages).toEqual([endOf('a', { ended: { status: 'completed', isDismissed: undefined } })]);
    expect(step.spawns ?? []).toEqual([]);
    const resumable = updateGeneration(shown, 'a', { stored: stored('a') });
    expect(read(resumable, [stored('a')]).spawns).toHaveLength(1);
  });

  it('starts nothing that has crashed', () => {
    const step = read(contextOf({ a: { phase: 'ended', runId: undefined, hasCrashed: true } }), [stored('a')]);
    expect(step.spawns ?? []).toEqual([]);
    expect(step.messages).toEqual([]);
  });

  it('shows a failure of the last day, which can be resumed, and drops older ones', () => {
    const failed = stored('a', { failure, input: { prompt: 'fog' } });
    const step = read(emptyContext, [failed]);
    expect(findGeneration(step.context, 'a')).toMatchObject({ status: 'failed', failure, canResume: true });
    expect(step.context.entries['a']).toMatchObject({ phase: 'ended', isStored: true, stored: failed });
    expect(step.context.entries['a']?.getInput?.()).toEqual({ prompt: 'fog' });
    expect(step.messages).toEqual([]);
    const refused = read(emptyContext, [stored('a', { failure: { ...failure, resumable: false } })]);
    expect(findGeneration(refused.context, 'a')?.canResume).toBe(false);
    const young = stored('a', { failure, updatedAt: now - 86_399_999 });
    expect(ids(read(emptyContext, [young]))).toEqual(['a']);
    const old = read(step.context, [stored('a', { failure, updatedAt: now - 86_400_000 })]);
    expect(ids(old)).toEqual([]);
    expect(old.messages).toEqual([
      endOf('a', { ended: expect.objectContaining({ isDismissed: true, status: 'failed' }) }),
    ]);
  });

  it('tells a run that waits that its generation is gone, if it was there', () => {
    const missing = [{ to: 'run/a', message: { type: 'stored.missing' } }];
    expect(read(contextOf({ a: { phase: 'waiting', isStored: true } }), []).messages).toEqual(missing);
    expect(read(contextOf({ a: { phase: 'waiting' } }), [ended('a')]).messages).toEqual(missing);
    expect(read(contextOf({ a: { phase: 'waiting' } }), []).messages).toEqual([]);
    expect(read(contextOf({ a: { phase: 'active', isStored: true } }), []).messages).toEqual([]);
    expect(read(contextOf({ a: { phase: 'waiting', isStored: true, runId: undefined } }), []).messages).toEqual([]);
  });

  it('shows how another tab has ended a generation, with its items', () => {
    const context = updateGeneration(
      contextOf({ a: { phase: 'endedElsewhere', runId: undefined } }),
      'a',
      {},
      { job, status: 'polling', isRunning: true },
    );
    const item = { id: 'a/0', generationId: 'a' };
    const step = read(context, [ended('a')], [item, { id: 'b/0', generationId: 'b' }]);
    expect(findGeneration(step.context, 'a')).toMatchObject({
      status: 'completed',
      items: [item],
      job,
      isRunning: false,
    });
    expect(step.context.entries['a']).toMatchObject({ phase: 'ended', isStored: false });
    // Without a tombstone, its items tell that it succeeded.
    expect(findGeneration(read(context, [], [item]).context, 'a')).toMatchObject({
      status: 'completed',
      items: [item],
    });
    expect(ids(read(context, []))).toEqual([]);
    const cancelled = { status: 'cancelled', stopped: true, charged: 'no' } as const;
    expect(findGeneration(read(context, [ended('a', cancelled)], [item]).context, 'a')).toMatchObject({
      status: 'cancelled',
      stopped: true,
      items: [],
    });
    expect(ids(read(context, [ended('a', { ...cancelled, isDismissed: true })]))).toEqual([]);
    // Its run still has to be stopped.
    const stopping = contextOf({ a: { phase: 'endedElsewhere' } });
    expect(findGeneration(read(stopping, [ended('a')]).context, 'a')?.status).not.toBe('completed');
  });

  it('shows how a failure that was resumed elsewhere has ended', () => {
    const context = contextOf({
      a: { phase: 'ended', runId: undefined, isStored: true, stored: stored('a', { failure }) },
    });
    const step = read(context, [ended('a')]);
    expect(findGeneration(step.context, 'a')).toMatchObject({ status: 'completed', canResume: false });
    const local = contextOf({ a: { phase: 'ended', runId: undefined } });
    expect(read(local, [ended('a')]).context.generations).toBe(local.generations);
  });

  it('forgets that an end could not be written of what is gone', () => {
    const entry = { phase: 'ended', runId: undefined, writeError: 'storage-full' } as const;
    expect(read(contextOf({ a: entry }), []).context.entries['a']?.writeError).toBeUndefined();
    for (const more of [{ stored: stored('a') }, { runId: 'run/a' }])
      expect(read(contextOf({ a: { ...entry, ...more } }), []).context.entries['a']?.writeError).toBe('storage-full');
  });

  it('asks for room again once an item has gone', () => {
    const context: TestContext = {
      ...contextOf({ a: { phase: 'ended', storageError: 'storage-full' } }),
      items: [{ id: 'x/0' }, { id: 'y/0' }],
    };
    const again = { to: 'run/a', message: { type: 'space.freed' } };
    expect(read(context, [], [{ id: 'y/0' }]).messages).toEqual([again]);
    expect(read(context, [], [{ id: 'x/0' }, { id: 'y/0' }]).messages).toEqual([]);
  });

  it('removes again what was removed here, and the oldest ends', () => {
    const context: TestContext = { ...emptyContext, removed: { 'a/0': true } };
    expect(read(context, [], [{ id: 'a/0' }, { id: 'b/0' }]).messages).toEqual([
      { to: 'storeWriter', message: { type: 'removeItems', ids: ['a/0'] } },
    ]);
    const ends = Array.from({ length: 201 }, (_, at) => ({ ...ended(`g${at}`), updatedAt: at }));
    expect(read(emptyContext, ends).messages).toEqual([
      { to: 'storeWriter', message: { type: 'removeTombstone', id: 'g0' } },
    ]);
    expect(ids(read(emptyContext, ends))).toEqual([]);
  });
});
