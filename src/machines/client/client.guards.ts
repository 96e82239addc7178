import type { ClientContext } from './client.context.js';
import { under } from './client.list.js';

/** The conditions of the client's chart, by the names it uses. */
export function clientGuards<TInput, TOutput, TItem extends { readonly id: string }>() {
  type Args = {
    readonly context: ClientContext<TInput, TOutput, TItem>;
    readonly event: { readonly type: string; readonly id?: unknown; readonly as?: unknown };
  };

  const behind = ({ context, event }: Args) => under(context.entries, String(event.id));
  const isKnown = (context: Args['context'], id: unknown) =>
    typeof id === 'string' && (under(context.entries, id) !== undefined || under(context.dismissed, id) === true);

  return {
    needsReload: ({ context }: Args) => context.needsReload,
    isUnknown: (args: Args) => behind(args) === undefined,
    isNew: ({ context, event }: Args) => !isKnown(context, event.id),
    /** It has not ended, as far as this tab knows. */
    isRunning: (args: Args) => behind(args) !== undefined && behind(args)?.phase !== 'ended',
    isElsewhere: (args: Args) => behind(args)?.phase === 'idle',
    isEnded: (args: Args) => behind(args)?.phase === 'ended',
    isResumable: (args: Args) => behind(args)?.record !== undefined,
    isRepeatable: (args: Args) =>
      behind(args)?.phase === 'ended' && behind(args)?.getInput !== undefined && !isKnown(args.context, args.event.as),
    isItem: ({ context, event }: Args) => context.items.some(({ id }) => id === event.id),
  };
}
