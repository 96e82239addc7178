import { asRemoved, asTold, type RecordChange, renewed, withCancelWish, withFailure, withNews } from './run.record.js';
import type { RunContext } from './run.types.js';

/** What a run gives its children, by the names that its chart uses. */
export function runQuestions<TInput, TOutput, TItem>(now: () => number) {
  type Context = RunContext<TInput, TOutput, TItem>;
  type Args = { readonly context: Context };

  const change =
    (toChange: (context: Context) => RecordChange) =>
    ({ context }: Args) => ({ id: context.id, change: toChange(context) });
  const onlyId = ({ context }: Args) => ({ id: context.id });

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
    toNote: change(({ token, live }) => withNews(token, live?.message, now())),
    toKeep: change(({ record }) => withFailure(record, now())),
    toWishCancel: change(() => withCancelWish(now())),
    toTell: change(() => asTold(now())),
    toClear: change(() => asRemoved),
  };
}
