import type { RunContext } from './run.types.js';
import {
  asSubmitted,
  renewed,
  type StoredChange,
  withCancelRequest,
  withFailure,
  withOutcomeEmitted,
  withProgress,
} from './stored-generation.js';
import { asEnded, toResultEnd, unlessEnded } from './tombstone.js';

/** The inputs of a run's children. */
export function runChildInputs<TInput, TOutput, TItem>(now: () => number) {
  type Context = RunContext<TInput, TOutput, TItem>;
  type Args = { readonly context: Context };

  const change =
    (toChange: (context: Context) => StoredChange) =>
    ({ context }: Args) => ({ id: context.id, change: unlessEnded(toChange(context)) });
  const onlyId = ({ context }: Args) => ({ id: context.id });
  /** Stores a requested generation now if the store had failed to do it before the submit: its job must not be lost. */
  const orNew =
    ({ origin, stored, token }: Context, next: StoredChange): StoredChange =>
    found =>
      next(found ?? (origin === 'requested' ? { ...stored, token } : undefined));

  return {
    lock: onlyId,
    read: onlyId,
    findItems: onlyId,
    generation: ({ context: { id, token, history } }: Args) => ({
      id,
      idempotencyKey: token.idempotencyKey,
      resume: token,
      history,
    }),
    commit: ({ context: { id, items } }: Args) => ({ id, items }),

    store: change(
      ({ stored, isSentAgain }) =>
        found =>
          // What the store failed to withdraw is its own.
          (isSentAgain && found?.createdAt === stored.createdAt ? undefined : found) ?? asSubmitted(stored, now()),
    ),
    /** Unless another tab has requested a cancel. */
    withdraw: change(() => found => (found?.token.cancelRequested ? found : undefined)),
    /** Of what was stored here, and not of what another tab has requested under the same id. */
    withdrawUnsent: change(
      ({ stored }) =>
        found =>
          found?.createdAt === stored.createdAt && !found.token.job && !found.token.cancelRequested ? undefined : found,
    ),
    renew: change(
      ({ stored }) =>
        found =>
          renewed(found ?? stored, now()),
    ),
    save: change(context => orNew(context, withProgress(context.token, context.live?.message, now()))),
    storeFailure: change(context => orNew(context, withFailure(context.stored, now()))),
    requestCancel: change(() => withCancelRequest(now())),
    setOutcomeEmitted: change(context => orNew(context, withOutcomeEmitted(now()))),
    /** What another tab has requested under the same id is not ended here. */
    end: ({ context }: Args) => {
      const { id, stored, tombstone, result } = context;
      const ending = asEnded(tombstone?.ended ?? toResultEnd(result), now());
      return { id, change: orNew(context, found => (found?.createdAt === stored.createdAt ? ending(found) : found)) };
    },
  };
}

/** The inputs of the children of a run. */
export type RunChildInputs<TInput, TOutput, TItem> = ReturnType<typeof runChildInputs<TInput, TOutput, TItem>>;
