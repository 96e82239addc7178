import { printError } from '../isolated.js';
import { getOwn } from '../json.js';
import type { ClientContext, GenerateEvent } from './client.context.js';
import { runIdsOf } from './client.leaving.js';
import { findGeneration } from './client.list.js';
import { findWish } from './client.wishes.js';

/** A guard that throws would end the client, with all generations. What it reads may be of a page: then it forbids. */
const isolated =
  <TArgs>(guard: (args: TArgs) => boolean) =>
  (args: TArgs): boolean => {
    try {
      return guard(args);
    } catch (error) {
      printError(error);
      return false;
    }
  };

/** The guards of the client's chart. */
export function clientGuards<TInput, TOutput, TItem extends { readonly id: string }>(
  isReplayable: (sentAt: number | undefined) => boolean,
  now: () => number,
) {
  type Args = {
    readonly context: ClientContext<TInput, TOutput, TItem>;
    readonly event: { readonly type: string; readonly id?: unknown; readonly as?: unknown };
  };

  const entryOf = ({ context, event }: Args) => getOwn(context.entries, String(event.id));
  const isKnown = (context: Args['context'], id: unknown) =>
    typeof id === 'string' && (getOwn(context.entries, id) !== undefined || getOwn(context.dismissed, id) === true);

  return {
    /** No run waits for an answer of the backend or of the store. */
    hasLeft: ({ context }: Args) => context.forgottenRuns.length === 0 && runIdsOf(context).length === 0,
    needsReload: ({ context }: Args) => context.needsReload,
    /** The chart uses this guard on answers of the store only. */
    isOutdated: ({ event }: Args) => Reflect.get(event, 'isOutdated') === true,
    isUnknown: isolated((args: Args) => entryOf(args) === undefined),
    isNewWish: isolated(({ context, event }: Args) => {
      // The chart uses this guard on GENERATE only.
      const { id, isIdNew = id === undefined, input, key, count = 1 } = event as GenerateEvent<TInput>;
      return !isKnown(context, id) && !(isIdNew && findWish(context, { input, key, count }, now()));
    }),
    /** It has not ended, as far as this tab knows. */
    isRunning: isolated((args: Args) => entryOf(args) !== undefined && entryOf(args)?.phase !== 'ended'),
    isFollowedElsewhere: isolated((args: Args) => entryOf(args)?.phase === 'waiting'),
    isEnded: isolated((args: Args) => entryOf(args)?.phase === 'ended'),
    isResumable: isolated((args: Args) => entryOf(args)?.stored !== undefined),
    isRepeatable: isolated((args: Args) => {
      const shown = findGeneration(args.context, String(args.event.id));
      if (!shown?.canRetry || isKnown(args.context, args.event.as)) return false;
      // The backend may have forgotten the key since it was shown.
      return (
        shown.status === 'cancelled' ||
        shown.failure?.retryable === true ||
        isReplayable(entryOf(args)?.unanswered?.sentAt)
      );
    }),
    isItem: isolated(({ context, event }: Args) => context.items.some(({ id }) => id === event.id)),
  };
}
