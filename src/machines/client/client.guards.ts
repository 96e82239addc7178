import { getOwn } from '../json.js';
import type { ClientContext } from './client.context.js';

/** The guards of the client's chart. */
export function clientGuards<TInput, TOutput, TItem extends { readonly id: string }>() {
  type Args = {
    readonly context: ClientContext<TInput, TOutput, TItem>;
    readonly event: { readonly type: string; readonly id?: unknown; readonly as?: unknown };
  };

  const entryOf = ({ context, event }: Args) => getOwn(context.entries, String(event.id));
  const isKnown = (context: Args['context'], id: unknown) =>
    typeof id === 'string' && (getOwn(context.entries, id) !== undefined || getOwn(context.dismissed, id) === true);

  return {
    needsReload: ({ context }: Args) => context.needsReload,
    isUnknown: (args: Args) => entryOf(args) === undefined,
    isNew: ({ context, event }: Args) => !isKnown(context, event.id),
    /** It has not ended, as far as this tab knows. */
    isRunning: (args: Args) => entryOf(args) !== undefined && entryOf(args)?.phase !== 'ended',
    isFollowedElsewhere: (args: Args) => entryOf(args)?.phase === 'waiting',
    isEnded: (args: Args) => entryOf(args)?.phase === 'ended',
    isResumable: (args: Args) => entryOf(args)?.stored !== undefined,
    isRepeatable: (args: Args) =>
      entryOf(args)?.phase === 'ended' &&
      entryOf(args)?.getInput !== undefined &&
      !isKnown(args.context, args.event.as),
    isItem: ({ context, event }: Args) => context.items.some(({ id }) => id === event.id),
  };
}
