import type { ClientContext, Step } from './client.context.js';
import { update } from './client.list.js';

/**
 * Lets as many run here as may, and tells the rest their places. What has a job goes first: it is paid for. Among
 * equals, who asked first.
 */
export function grantSlots<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  concurrency: number,
): Pick<Step<TInput, TOutput, TItem>, 'context'> & {
  readonly orders: NonNullable<Step<TInput, TOutput, TItem>['orders']>;
} {
  const phaseOf = ({ id }: { readonly id: string }) => context.entries[id]?.phase;
  const busyCount = context.generations.filter(shown => phaseOf(shown) === 'busy').length;
  const queue = context.generations
    .filter(shown => phaseOf(shown) === 'queued')
    .reverse()
    .sort((a, b) => Number(b.job !== undefined) - Number(a.job !== undefined));
  const freeCount = Math.max(0, concurrency - busyCount);
  const granted = queue.slice(0, freeCount);

  const places = new Map(queue.slice(granted.length).map(({ id }, queuePosition) => [id, queuePosition]));
  const isMoved = context.generations.some(({ id, queuePosition }) => queuePosition !== places.get(id));

  let next = context;
  for (const { id } of granted) next = update(next, id, { phase: 'busy' });
  return {
    // All at once: a long queue moves up as a whole.
    context: isMoved
      ? { ...next, generations: next.generations.map(shown => moved(shown, places.get(shown.id))) }
      : next,
    orders: granted.flatMap(({ id }) => {
      const to = next.entries[id]?.run;
      return to ? [{ to, order: { type: 'slot.granted' } as const }] : [];
    }),
  };
}

const moved = <TShown extends { readonly queuePosition: number | undefined }>(
  shown: TShown,
  queuePosition: number | undefined,
): TShown => (shown.queuePosition === queuePosition ? shown : { ...shown, queuePosition });
