import type { ClientContext, ClientMessage } from './client.context.js';
import { updateGeneration } from './client.list.js';

/**
 * Gives the free slots to queued generations, and numbers the rest. A generation with a job goes first, because it may
 * have been charged; otherwise the oldest request goes first.
 */
export function grantSlots<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  concurrency: number,
): { readonly context: ClientContext<TInput, TOutput, TItem>; readonly messages: readonly ClientMessage[] } {
  const phaseOf = ({ id }: { readonly id: string }) => context.entries[id]?.phase;
  const activeCount = context.generations.filter(shown => phaseOf(shown) === 'active').length;
  const queue = context.generations
    .filter(shown => phaseOf(shown) === 'queued')
    .reverse()
    .sort((a, b) => Number(b.job !== undefined) - Number(a.job !== undefined));
  const freeCount = Math.max(0, concurrency - activeCount);
  const granted = queue.slice(0, freeCount);

  const positions = new Map(queue.slice(granted.length).map(({ id }, queuePosition) => [id, queuePosition]));
  const isAnyMoved = context.generations.some(({ id, queuePosition }) => queuePosition !== positions.get(id));

  let next = context;
  for (const { id } of granted) next = updateGeneration(next, id, { phase: 'active' });
  return {
    // All at once: a long queue moves up as a whole.
    context: isAnyMoved
      ? { ...next, generations: next.generations.map(shown => moveTo(shown, positions.get(shown.id))) }
      : next,
    messages: granted.flatMap(({ id }) => {
      const to = next.entries[id]?.runId;
      return to ? [{ to, message: { type: 'slot.granted' } as const }] : [];
    }),
  };
}

const moveTo = <TShown extends { readonly queuePosition: number | undefined }>(
  shown: TShown,
  queuePosition: number | undefined,
): TShown => (shown.queuePosition === queuePosition ? shown : { ...shown, queuePosition });
