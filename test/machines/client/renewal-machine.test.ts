import {
  GenerationError,
  type GenerationLocks,
  type GenerationStore,
  type JobUpdate,
  type LockHolder,
} from 'generation-lifecycle';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AnyActorLogic, createActor, SimulatedClock, setup } from 'xstate';
import type { GalleryItem } from '../../../src/machines/client/client.types.js';
import { createExpiryMachine } from '../../../src/machines/client/expiry.machine.js';
import { createRenewalMachine } from '../../../src/machines/client/renewal.machine.js';
import type { RenewalInput } from '../../../src/machines/client/renewal.reading.js';
import { clientBench, flush } from '../../support/client-bench.js';
import { anything, revoked } from '../../support/misbehaving-page.js';

type Item = GalleryItem<{ readonly url: string }>;

const job = { id: 'job-1' };
const source = { job, startedAt: 1 };
const { store: whole } = clientBench();

type Setting = {
  readonly input?: Partial<RenewalInput>;
  readonly store?: Partial<GenerationStore<Item>>;
  readonly locks?: GenerationLocks | undefined;
};

/** A renewal as the client starts it, the answer of whose read the test gives. */
function renewing({ input, store, locks }: Setting = {}) {
  const clock = new SimulatedClock();
  const reported: object[] = [];
  const reads: {
    readonly resolve: (update: JobUpdate<string>) => void;
    readonly reject: (error: unknown) => void;
    readonly signal: AbortSignal;
  }[] = [];
  const machine = createRenewalMachine<string, string, { readonly url: string }>({
    adapter: anything({
      read: (_: unknown, { signal }: { readonly signal: AbortSignal }) =>
        new Promise((resolve, reject) => {
          reads.push({ resolve, reject, signal });
        }),
    }),
    toItems: output => [{ url: output }, { url: output }],
    store: anything<GenerationStore<Item>>({ ...whole, ...store }),
    locks,
    lockName: 'pictures',
    readTimeoutMs: 10_000,
  });
  const parent = createActor(
    setup({
      actors: { child: machine as AnyActorLogic },
      actions: { keep: ({ event }) => reported.push(event) },
    }).createMachine({
      invoke: {
        src: 'child',
        id: 'child',
        input: { runId: 'renewal/0', generationId: 'a%', source, ids: ['a%25/0', 'a%25/1'], ...input },
      },
      on: { 'renewal.ended': { actions: 'keep' } },
    }),
    { clock },
  ).start();
  onTestFinished(() => void parent.stop());
  return {
    reads,
    reported,
    clock,
    stop: () => parent.stop(),
    send: (event: { readonly type: string }) => parent.getSnapshot().children['child']?.send(event),
    state: () => parent.getSnapshot().children['child']?.getSnapshot().value,
  };
}

const succeeded = (output = 'new'): JobUpdate<string> => ({ kind: 'succeeded', output, expiresAt: 9 });
const ended = {
  type: 'renewal.ended',
  runId: 'renewal/0',
  generationId: 'a%',
  items: [],
  failure: undefined,
  storageError: undefined,
};

/** Locks that are held when the test says so. */
function ownLocks() {
  const holders: { readonly name: string; readonly holder: LockHolder }[] = [];
  const release = vi.fn();
  const locks: GenerationLocks = {
    request(name, holder) {
      holders.push({ name, holder });
      return release;
    },
  };
  return { locks, holders, release };
}

describe('a renewal', () => {
  it('that the user waits for reads at once, and stores what it has read', async () => {
    const { locks, holders } = ownLocks();
    const upsertItems = vi.fn(async () => ['known', 'removed'] as const);
    const renewal = renewing({ store: { upsertItems }, locks });
    expect(holders).toEqual([]);
    expect(renewal.state()).toBe('reading');
    renewal.reads[0]?.resolve(succeeded());
    await flush();
    const items = ['a%25/0', 'a%25/1'].map(id => ({
      id,
      generationId: 'a%',
      url: 'new',
      expiresAt: 9,
      renewFrom: source,
    }));
    expect(upsertItems).toHaveBeenCalledExactlyOnceWith(items);
    expect(renewal.reported).toEqual([{ ...ended, items: items.slice(0, 1) }]);
    expect(renewal.reads).toHaveLength(1);
  });

  it('says why it has read nothing', async () => {
    const renewal = renewing();
    renewal.reads[0]?.reject(new GenerationError({ code: 'unauthorized', message: '401' }));
    await flush();
    expect(renewal.reported).toMatchObject([{ ...ended, failure: { code: 'unauthorized' } }]);
  });

  it('waits for the backend no longer than for any read', () => {
    const renewal = renewing();
    renewal.clock.increment(9_999);
    expect(renewal.reported).toEqual([]);
    renewal.clock.increment(1);
    expect(renewal.reported).toMatchObject([
      {
        ...ended,
        failure: {
          code: 'timeout',
          charged: 'yes',
          job,
          message:
            'The backend did not answer within 10 s what became of job job-1 of generation a%. Renew its items again later.',
        },
      },
    ]);
    expect(renewal.reads[0]?.signal.aborted).toBe(true);
  });

  it('is not read to the end once it is stopped', () => {
    const renewal = renewing();
    expect(renewal.reads[0]?.signal.aborted).toBe(false);
    renewal.stop();
    expect(renewal.reads[0]?.signal.aborted).toBe(true);
  });

  it.each<[string, () => Promise<never>, number, object]>([
    [
      'that is full',
      () => Promise.reject(new GenerationError({ code: 'storage-full', message: '' })),
      0,
      { storageError: 'storage-full' },
    ],
    ['that throws what cannot be read', () => Promise.reject(revoked), 0, { storageError: 'storage-unavailable' }],
    ['that is silent', () => new Promise<never>(() => {}), 5_000, { storageError: 'storage-unavailable' }],
  ])('shows its items also with a store %s', async (_, upsertItems, ms, more) => {
    const renewal = renewing({ store: { upsertItems } });
    renewal.reads[0]?.resolve(succeeded());
    await flush();
    if (ms > 0) {
      renewal.clock.increment(ms - 1);
      expect(renewal.reported).toEqual([]);
      renewal.clock.increment(1);
    }
    expect(renewal.reported).toMatchObject([{ ...more, failure: undefined, items: [{ url: 'new' }, { url: 'new' }] }]);
  });
});

describe('a renewal that several tabs may begin', () => {
  const shared = { input: { sharedUntil: 50 } };
  const fresh = (more: object = {}) => anything<Item>({ id: 'a%25/0', expiresAt: 51, ...more });

  it('waits for the lock, under a name that is no generation’s', async () => {
    const { locks, holders, release } = ownLocks();
    const renewal = renewing({ ...shared, locks, store: { readItems: async () => [fresh({ expiresAt: 50 })] } });
    expect(renewal.state()).toBe('waitingForLock');
    expect(holders[0]?.name).toBe('pictures/%renew/a%25');
    expect(holders[0]?.holder.canRelease()).toBe(false);
    holders[0]?.holder.onChange('lost');
    expect(renewal.state()).toBe('waitingForLock');
    holders[0]?.holder.onChange('held');
    expect(renewal.state()).toBe('checking');
    await flush();
    expect(renewal.state()).toBe('reading');
    expect(release).not.toHaveBeenCalled();
    renewal.reads[0]?.resolve({ kind: 'pending' });
    await flush();
    expect(renewal.reported).toMatchObject([{ failure: { code: 'busy' } }]);
    expect(release).toHaveBeenCalledOnce();
  });

  it.each<[string, readonly Item[], boolean]>([
    ['all are fresh', [fresh(), fresh({ id: 'a%25/1', expiresAt: 60 }), fresh({ id: 'b/0', expiresAt: 1 })], true],
    ['one has no expiry any more', [fresh({ expiresAt: undefined })], true],
    ['one is old', [fresh(), fresh({ id: 'a%25/1', expiresAt: 50 })], false],
  ])('reads nothing if another tab has renewed its items: %s', async (_, items, isRenewed) => {
    const { locks, holders } = ownLocks();
    const renewal = renewing({ ...shared, locks, store: { readItems: async () => items } });
    holders[0]?.holder.onChange('shared');
    await flush();
    expect(renewal.reads).toHaveLength(isRenewed ? 0 : 1);
    expect(renewal.reported).toEqual(isRenewed ? [ended] : []);
  });

  it.each<[string, () => Promise<never>]>([
    ['fails', () => Promise.reject(revoked)],
    ['is silent', () => new Promise<never>(() => {})],
  ])('reads by itself where the store %s', async (_, readItems) => {
    const { locks, holders } = ownLocks();
    const renewal = renewing({ ...shared, locks, store: { readItems } });
    holders[0]?.holder.onChange('held');
    await flush();
    renewal.clock.increment(5_000);
    expect(renewal.state()).toBe('reading');
  });

  it('gives up where another tab takes longer than a read and a write', () => {
    const { locks } = ownLocks();
    const renewal = renewing({ ...shared, locks });
    renewal.clock.increment(14_999);
    expect(renewal.reported).toEqual([]);
    renewal.clock.increment(1);
    expect(renewal.reported).toEqual([ended]);
  });

  it('begins at once when the user asks, also while it looks into the store', () => {
    const waiting = renewing({ ...shared, locks: ownLocks().locks });
    waiting.send({ type: 'RENEW' });
    expect(waiting.state()).toBe('reading');
    const { locks, holders } = ownLocks();
    const checking = renewing({ ...shared, locks, store: { readItems: () => new Promise<never>(() => {}) } });
    holders[0]?.holder.onChange('held');
    checking.send({ type: 'RENEW' });
    expect(checking.state()).toBe('reading');
  });

  it('needs no locks, and none that throw', async () => {
    expect(renewing(shared).state()).toBe('reading');
    const throwing: GenerationLocks = {
      request() {
        throw Error('no locks');
      },
    };
    const renewal = renewing({ ...shared, locks: throwing, store: { readItems: async () => [] } });
    expect(renewal.state()).toBe('checking');
    await flush();
    expect(renewal.reported).toEqual([ended]);
  });
});

describe('the time at which items expire', () => {
  function expiring(now: () => number) {
    const clock = new SimulatedClock();
    const reported: object[] = [];
    const parent = createActor(
      setup({
        actors: { child: createExpiryMachine(now) as AnyActorLogic },
        actions: { keep: ({ event }) => reported.push(event) },
      }).createMachine({ invoke: { src: 'child', id: 'child' }, on: { 'renewal.due': { actions: 'keep' } } }),
      { clock },
    ).start();
    onTestFinished(() => void parent.stop());
    const set = (dueAt: number | undefined) =>
      parent.getSnapshot().children['child']?.send({ type: 'expiry.set', dueAt });
    return { clock, reported, set };
  }

  it('is told when it has come, once', () => {
    const { clock, reported, set } = expiring(() => 1_000);
    clock.increment(10_000_000);
    set(1_500);
    clock.increment(499);
    expect(reported).toEqual([]);
    clock.increment(1);
    expect(reported).toEqual([{ type: 'renewal.due' }]);
    clock.increment(10_000_000);
    expect(reported).toHaveLength(1);
  });

  it('is set anew, or not at all, and looked at once an hour', () => {
    const { clock, reported, set } = expiring(() => 1_000);
    set(1_500);
    set(2_000);
    clock.increment(999);
    expect(reported).toEqual([]);
    set(undefined);
    clock.increment(10_000_000);
    expect(reported).toEqual([]);
    set(500);
    clock.increment(0);
    expect(reported).toHaveLength(1);
    set(100_000_000);
    clock.increment(3_599_999);
    expect(reported).toHaveLength(1);
    clock.increment(1);
    expect(reported).toHaveLength(2);
  });
});
