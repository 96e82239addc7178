import { abortReasonOf } from '../abort.js';
import { GenerationError } from '../generation/generation.errors.js';
import type { ClientGeneration, ClientView } from './client.types.js';

/** Called with each view, and once more when the client stops. */
export type ViewListener<TOutput, TItem> = (view: ClientView<TOutput, TItem>, isStopped: boolean) => void;

/** Why there will be no items. */
function toError<TOutput, TItem>(id: string, shown: ClientGeneration<TOutput, TItem> | undefined): GenerationError {
  if (shown?.failure) return new GenerationError(shown.failure);
  return new GenerationError({
    code: 'interrupted',
    message:
      shown?.status === 'cancelled'
        ? `Generation ${id} was cancelled, so it has no items.`
        : `Generation ${id} is not followed here any more: the client was stopped, or another tab ended the generation without a result. Its items, if there are any, come with the gallery.`,
    charged: shown?.charged ?? 'maybe',
    job: shown?.job,
  });
}

/**
 * Promises the items of a generation, by the views of its client.
 *
 * @param listeners the listeners that the client calls with each view
 */
export function itemsPromise<TOutput, TItem>(
  id: string,
  getSnapshot: () => ClientView<TOutput, TItem>,
  listeners: Set<ViewListener<TOutput, TItem>>,
  signal: AbortSignal | undefined,
): Promise<readonly TItem[]> {
  const items = new Promise<readonly TItem[]>((resolve, reject) => {
    const finish = (act: () => void) => {
      listeners.delete(onView);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const onAbort = () => finish(() => reject(signal && abortReasonOf(signal)));
    const onView: ViewListener<TOutput, TItem> = ({ generations }, isStopped) => {
      const shown = generations.find(generation => generation.id === id);
      if (shown?.status === 'completed') finish(() => resolve(shown.items));
      else if (isStopped || !shown || shown.failure || shown.status === 'cancelled')
        finish(() => reject(toError(id, shown)));
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) return onAbort();
    // A command that a listener sends is carried out after all listeners were called.
    queueMicrotask(() => {
      if (signal?.aborted) return;
      listeners.add(onView);
      onView(getSnapshot(), false);
    });
  });
  // A caller who does not use the promise must not get an unhandled rejection.
  items.catch(() => {});
  return items;
}
