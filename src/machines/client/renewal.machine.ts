import { assign, type EventObject, fromCallback, sendParent, setup } from 'xstate';
import type { Failure, GenerationAdapter } from '../generation/generation.port.js';
import type { GenerationLocks, GenerationStore, LockState, UpsertResult } from './client.port.js';
import type { GalleryItem, GenerationSource, StorageError } from './client.types.js';
import { escapePart } from './item-id.js';
import { type RenewalInput, readItemsAgain, renewalFailure, toRenewalFailure } from './renewal.reading.js';
import { safeCleanup, toStorageError } from './run.actors.js';
import { commitTimeoutMs } from './run.store-calls.js';

/** What a renewal reports to the client, once. */
export type RenewalReport<TItem> = {
  readonly type: 'renewal.ended';
  readonly runId: string;
  readonly generationId: string;
  readonly items: readonly TItem[];
  /** Why there are no items. */
  readonly failure: Failure | undefined;
  /** Why the items are on the page only. */
  readonly storageError: StorageError | undefined;
};

type RenewalContext<TItem> = RenewalInput & Pick<RenewalReport<TItem>, 'items' | 'failure' | 'storageError'>;

/** What the client sends to a renewal: the user asks for it, too. */
export type RenewalMessage = { readonly type: 'RENEW' };

type RenewalEvent<TItem> =
  | RenewalMessage
  | { readonly type: 'lock.held' }
  | { readonly type: 'stored.read'; readonly isRenewed: boolean }
  | { readonly type: 'items.read'; readonly items: readonly TItem[] }
  | { readonly type: 'read.refused'; readonly failure: Failure }
  | { readonly type: 'items.stored'; readonly results: readonly UpsertResult[] }
  | { readonly type: 'store.failed'; readonly storageError: StorageError };

type RenewalOptions<TInput, TOutput, TDraft extends object> = {
  readonly adapter: GenerationAdapter<TInput, TOutput>;
  readonly toItems: (output: TOutput, source: GenerationSource<TInput>) => readonly TDraft[];
  readonly store: GenerationStore<GalleryItem<TDraft>>;
  readonly locks: GenerationLocks | undefined;
  /** The beginning of the names of its locks. */
  readonly lockName: string;
  readonly readTimeoutMs: number;
};

/**
 * A renewal makes the items of one generation again, from its job:
 *
 * - `waitingForLock`: the client renews by itself: waits until no other tab does so, or gives up.
 * - `checking`: reads whether another tab has renewed them meanwhile.
 * - `reading`: waits for the backend.
 * - `storing`: waits until the store has the items, for 5 s at most.
 * - `ended`: final.
 */
export function createRenewalMachine<TInput, TOutput, TDraft extends object>({
  adapter,
  toItems,
  store,
  locks,
  lockName,
  readTimeoutMs,
}: RenewalOptions<TInput, TOutput, TDraft>) {
  type Item = GalleryItem<TDraft>;
  type Context = RenewalContext<Item>;
  type Event = RenewalEvent<Item>;

  return setup({
    types: {} as { context: Context; events: Event; input: RenewalInput },
    actors: {
      lock: fromCallback<EventObject, RenewalInput>(({ input, sendBack }) => {
        const report: (event: Event) => void = sendBack;
        try {
          // No generation has a lock of this name: its parts are escaped.
          const name = `${lockName}/%renew/${escapePart(input.generationId)}`;
          if (locks && input.sharedUntil !== undefined) {
            const onChange = (state: LockState) => {
              if (state !== 'lost') report({ type: 'lock.held' });
            };
            return safeCleanup(locks.request(name, { onChange, canRelease: () => false }));
          }
        } catch {
          // Locks that throw are as good as none.
        }
        report({ type: 'lock.held' });
        return undefined;
      }),
      find: fromCallback<EventObject, RenewalInput>(({ input: { ids, sharedUntil = 0 }, sendBack }) => {
        const report: (event: Event) => void = sendBack;
        const isFresh = ({ id, expiresAt = Infinity }: Item) => !ids.includes(id) || expiresAt > sharedUntil;
        void (async () => store.readItems())().then(
          items => report({ type: 'stored.read', isRenewed: items.every(isFresh) }),
          () => report({ type: 'stored.read', isRenewed: false }),
        );
      }),
      read: fromCallback<EventObject, RenewalInput>(({ input, sendBack }) => {
        const report: (event: Event) => void = sendBack;
        const controller = new AbortController();
        readItemsAgain(adapter, toItems, input, controller.signal).then(
          items => report({ type: 'items.read', items }),
          error => report({ type: 'read.refused', failure: toRenewalFailure(error, input) }),
        );
        return () => controller.abort();
      }),
      store: fromCallback<EventObject, { readonly items: readonly Item[] }>(({ input, sendBack }) => {
        const report: (event: Event) => void = sendBack;
        void (async () => store.upsertItems(input.items))().then(
          results => report({ type: 'items.stored', results }),
          error => report({ type: 'store.failed', storageError: toStorageError(error) }),
        );
      }),
    },
    actions: {
      setItems: assign((_, items: readonly Item[]) => ({ items })),
      setFailure: assign((_, failure: Failure) => ({ failure })),
      setTimedOut: assign(({ context: { source, generationId } }) => ({
        failure: renewalFailure(
          'timeout',
          `The backend did not answer within ${readTimeoutMs / 1_000} s what became of job ${source.job.id} of generation ${generationId}. Renew its items again later.`,
          source.job,
        ),
      })),
      setStored: assign(({ context }, results: readonly UpsertResult[]) => ({
        items: context.items.filter((_, index) => results[index] !== 'removed'),
      })),
      setStorageError: assign((_, storageError: StorageError) => ({ storageError })),
      reportEnd: sendParent<Context, Event, undefined, RenewalReport<Item>, Event>(
        ({ context: { runId, generationId, items, failure, storageError } }) => ({
          type: 'renewal.ended',
          runId,
          generationId,
          items,
          failure,
          storageError,
        }),
      ),
    },
    guards: {
      isShared: ({ context }) => locks !== undefined && context.sharedUntil !== undefined,
      isRenewed: ({ event }) => event.type === 'stored.read' && event.isRenewed,
    },
    delays: {
      lockTimeout: readTimeoutMs + commitTimeoutMs,
      readTimeout: readTimeoutMs,
      commitTimeout: commitTimeoutMs,
    },
  }).createMachine({
    id: 'renewal',
    context: ({ input }) => ({ ...input, items: [], failure: undefined, storageError: undefined }),
    // Held to the end, so that another tab finds what this one has stored.
    invoke: { src: 'lock', input: ({ context }) => context },
    initial: 'deciding',
    states: {
      deciding: { always: [{ guard: 'isShared', target: 'waitingForLock' }, { target: 'reading' }] },
      waitingForLock: {
        after: { lockTimeout: 'ended' },
        on: { 'lock.held': 'checking', RENEW: 'reading' },
      },
      checking: {
        invoke: { src: 'find', input: ({ context }) => context },
        after: { commitTimeout: 'reading' },
        on: { 'stored.read': [{ guard: 'isRenewed', target: 'ended' }, { target: 'reading' }], RENEW: 'reading' },
      },
      reading: {
        invoke: { src: 'read', input: ({ context }) => context },
        after: { readTimeout: { target: 'ended', actions: 'setTimedOut' } },
        on: {
          'items.read': {
            target: 'storing',
            actions: { type: 'setItems', params: ({ event }) => event.items },
          },
          'read.refused': {
            target: 'ended',
            actions: { type: 'setFailure', params: ({ event }) => event.failure },
          },
        },
      },
      storing: {
        invoke: { src: 'store', input: ({ context: { items } }) => ({ items }) },
        after: {
          commitTimeout: { target: 'ended', actions: { type: 'setStorageError', params: 'storage-unavailable' } },
        },
        on: {
          'items.stored': { target: 'ended', actions: { type: 'setStored', params: ({ event }) => event.results } },
          'store.failed': {
            target: 'ended',
            actions: { type: 'setStorageError', params: ({ event }) => event.storageError },
          },
        },
      },
      ended: { type: 'final', entry: 'reportEnd' },
    },
  });
}
