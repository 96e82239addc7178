import { assign, type EventObject, fromCallback, sendParent, setup } from 'xstate';
import type { Failure, GenerationAdapter } from '../generation/generation.port.js';
import type { GenerationStore, UpsertResult } from './client.port.js';
import type { GalleryItem, GenerationSource, StorageError } from './client.types.js';
import { type RenewalInput, readItemsAgain, renewalFailure, toRenewalFailure } from './renewal.reading.js';
import { toStorageError } from './run.actors.js';
import { writeTimeoutMs } from './run.store-calls.js';

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

type RenewalEvent<TItem> =
  | { readonly type: 'items.read'; readonly items: readonly TItem[] }
  | { readonly type: 'read.refused'; readonly failure: Failure }
  | { readonly type: 'items.stored'; readonly results: readonly UpsertResult[] }
  | { readonly type: 'store.failed'; readonly storageError: StorageError };

type RenewalOptions<TInput, TOutput, TDraft extends object> = {
  readonly adapter: GenerationAdapter<TInput, TOutput>;
  readonly toItems: (output: TOutput, source: GenerationSource<TInput>) => readonly TDraft[];
  readonly store: GenerationStore<GalleryItem<TDraft>>;
  readonly readTimeoutMs: number;
};

/**
 * A renewal makes the items of one generation again, from its job:
 *
 * - `reading`: waits for the backend.
 * - `storing`: waits until the store has the items, for 5 s at most.
 * - `ended`: final.
 */
export function createRenewalMachine<TInput, TOutput, TDraft extends object>({
  adapter,
  toItems,
  store,
  readTimeoutMs,
}: RenewalOptions<TInput, TOutput, TDraft>) {
  type Item = GalleryItem<TDraft>;
  type Context = RenewalContext<Item>;
  type Event = RenewalEvent<Item>;

  return setup({
    types: {} as { context: Context; events: Event; input: RenewalInput },
    actors: {
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
    delays: { readTimeout: readTimeoutMs, writeTimeout: writeTimeoutMs },
  }).createMachine({
    id: 'renewal',
    context: ({ input }) => ({ ...input, items: [], failure: undefined, storageError: undefined }),
    initial: 'reading',
    states: {
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
          writeTimeout: { target: 'ended', actions: { type: 'setStorageError', params: 'storage-unavailable' } },
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
