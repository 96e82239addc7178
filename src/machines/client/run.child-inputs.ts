import type { RunContext } from './run.types.js';
import {
  asRemoved,
  asTold,
  type RecordChange,
  renewed,
  withCancelWish,
  withFailure,
  withNews,
} from './stored-generation.js';

/** What a run gives its children, by the names that its chart uses. */
export function runChildInputs<TInput, TOutput, TItem>(now: () => number) {
  type Context = RunContext<TInput, TOutput, TItem>;
  type Args = { readonly context: Context };

  const change =
    (toChange: (context: Context) => RecordChange) =>
    ({ context }: Args) => ({ id: context.id, change: toChange(context) });
  const onlyId = ({ context }: Args) => ({ id: context.id });
  /** The store would not have the first record. Nobody can have removed it, and the job is not to be lost for it. */
  const orFirst =
    ({ origin, record, token }: Context, next: RecordChange): RecordChange =>
    found =>
      next(found ?? (origin === 'asked' ? { ...record, token } : undefined));

  return {
    forClaim: onlyId,
    forRecord: onlyId,
    toGeneration: ({ context: { id, token } }: Args) => ({ id, idempotencyKey: token.idempotencyKey, resume: token }),
    toCommit: ({ context: { id, items } }: Args) => ({ id, items }),

    toRecord: change(
      ({ record }) =>
        found =>
          found ?? record,
    ),
    toRenew: change(
      ({ record }) =>
        found =>
          renewed(found ?? record, now()),
    ),
    toNote: change(context => orFirst(context, withNews(context.token, context.live?.message, now()))),
    toKeep: change(context => orFirst(context, withFailure(context.record, now()))),
    toWishCancel: change(() => withCancelWish(now())),
    toTell: change(context => orFirst(context, asTold(now()))),
    toClear: change(() => asRemoved),
  };
}
