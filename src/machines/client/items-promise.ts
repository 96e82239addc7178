import { abortReasonOf } from '../abort.js';
import { GenerationError } from '../generation/generation.errors.js';
import type { ClientGeneration, ClientView } from './client.types.js';

/** Why a client follows nothing any more. */
export type StopReason = 'stopped' | 'rescoped' | 'forgotten';

/** Called with each view, and once more when the client stops. */
export type ViewListener<TOutput, TItem> = (view: ClientView<TOutput, TItem>, reason?: StopReason | undefined) => void;

const whyStopped: { readonly [reason in StopReason]: (id: string) => string } = {
  stopped: id =>
    `Generation ${id} is not followed here any more: the client was stopped, or another tab ended the generation without a result. Its items, if there are any, come with the gallery.`,
  rescoped: id =>
    `Generation ${id} is not followed here any more: the client shows another scope. Nothing was cancelled, and the generation is found again when its scope is shown.`,
  forgotten: id =>
    `Generation ${id} is not followed any more: everything of its scope was forgotten. Its job may still be running and may be charged.`,
};

/** Why there will be no items. */
function toError<TOutput, TItem>(
  id: string,
  shown: ClientGeneration<TOutput, TItem> | undefined,
  reason: StopReason,
): GenerationError {
  if (shown?.failure) return new GenerationError(shown.failure);
  return new GenerationError({
    code: 'interrupted',
    message:
      shown?.status === 'cancelled' ? `Generation ${id} was cancelled, so it has no items.` : whyStopped[reason](id),
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
    const onView: ViewListener<TOutput, TItem> = ({ generations }, reason) => {
      const shown = generations.find(generation => generation.id === id);
      if (shown?.status === 'completed') finish(() => resolve(shown.items));
      else if (reason || !shown || shown.failure || shown.status === 'cancelled')
        finish(() => reject(toError(id, shown, reason ?? 'stopped')));
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) return onAbort();
    // A command that a listener sends is carried out after all listeners were called.
    queueMicrotask(() => {
      if (signal?.aborted) return;
      listeners.add(onView);
      onView(getSnapshot());
    });
  });
  // A caller who does not use the promise must not get an unhandled rejection.
  items.catch(() => {});
  return items;
}
