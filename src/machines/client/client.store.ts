import { getOwn } from '../json.js';
import {
  type ClientContext,
  type ClientEventOf,
  type ClientMessage,
  initialClient,
  type Step,
  type StoreReaderMessage,
  type StoreWriterMessage,
} from './client.context.js';
import { renewalIdsOf, runIdsOf, toLeave } from './client.leaving.js';
import { updateGeneration } from './client.list.js';
import type { StoredEnd } from './client.port.js';
import type { StorageError } from './client.types.js';
import { toStoredEnd } from './tombstone.js';

export const toStoreWriter = (message: StoreWriterMessage): ClientMessage => ({ to: 'storeWriter', message });

/** Stores the end of a generation in place of the generation. */
export const toEndGeneration = (
  id: string,
  shown: Parameters<typeof toStoredEnd>[0],
  now: number,
  more: Pick<StoredEnd, 'isDismissed'> = {},
): StoreWriterMessage => ({ type: 'endGeneration', id, ended: { ...toStoredEnd(shown), ...more }, now });

const toStoreReader = (type: StoreReaderMessage['type']): ClientMessage => ({ to: 'storeReader', message: { type } });

/** What is being read now was read before the change. */
export const toOutdate = (
  before: { readonly needsReload: boolean },
  after: { readonly needsReload: boolean },
): readonly ClientMessage[] => (after.needsReload && !before.needsReload ? [toStoreReader('outdate')] : []);

/** Asks the runs whose items are not stored to try again. */
export const toCommitAgain = <TInput>({
  entries,
}: Pick<ClientContext<TInput, unknown, unknown>, 'entries'>): readonly ClientMessage[] =>
  Object.values(entries).flatMap(({ runId, storageError }) =>
    runId && storageError ? [{ to: runId, message: { type: 'space.freed' } }] : [],
  );

/** What the client knows of its store: whether it has to be read again, and why it cannot be read or written. */
export function storeSteps<TInput, TOutput, TItem>() {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Next = Step<TInput, TOutput, TItem>;
  type Failed = { readonly type: string; readonly storageError?: StorageError | undefined };
  type Written = Failed & { readonly id?: string | undefined };

  const setErrors = (context: Context, errors: Context['storageErrors']): Context => ({
    ...context,
    storageErrors: { ...context.storageErrors, ...errors },
  });
  /** Each generation has its own error: that another one was written says nothing about it. */
  const setWriteError = (context: Context, { id, storageError }: Written): Next => {
    const entry = id === undefined ? undefined : getOwn(context.entries, id);
    const before = entry ? entry.writeError : context.storageErrors.writing;
    if (before === storageError) return { context };
    if (id === undefined || !entry) return { context: setErrors(context, { writing: storageError }) };
    return { context: updateGeneration(context, id, { writeError: storageError }) };
  };

  return {
    /** Everything was forgotten in another tab: nothing is shown or followed here either. */
    dropAll: (context: Context): Next => {
      const { isReady, runCount, eraseCount } = context;
      const forgottenRuns = [...context.forgottenRuns, ...runIdsOf(context)];
      return {
        context: {
          ...initialClient(),
          isReady,
          runCount,
          forgottenRuns,
          eraseCount: eraseCount + 1,
          needsReload: true,
        },
        messages: toLeave(runIdsOf(context), true),
        stops: renewalIdsOf(context),
      };
    },
    setWriteError,
    /** What this page has learned stays where the store keeps no durations. */
    setHistories: (context: Context, { histories }: ClientEventOf<TInput, TOutput, TItem, 'histories.read'>): Next => ({
      context: { ...context, histories: { ...context.histories, ...histories } },
    }),
    setNeedsReload: (context: Context): Next => ({ context: { ...context, needsReload: true } }),
    beginReading: (context: Context): Next => ({
      context: { ...context, needsReload: false },
      messages: [toStoreReader('read')],
    }),
    /** Also of a reading that takes too long. */
    setReadFailed: (context: Context, { storageError = 'storage-unavailable' }: Failed): Next => ({
      context: { ...setErrors(context, { reading: storageError }), isReady: true },
    }),
    /** The store may have room now. */
    commitAgain: (context: Context): Next => ({ context, messages: toCommitAgain(context) }),
  };
}
