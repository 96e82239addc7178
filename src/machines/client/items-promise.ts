import { abortReasonOf } from '../abort.js';
import { GenerationError } from '../generation/generation.errors.js';
import { getOwn } from '../json.js';
import type { ClientGeneration, ClientView } from './client.types.js';
import type { ClientSession, LeftRuns } from './client-session.js';
import type { LeftRun } from './run.types.js';

/** Why a client follows nothing any more. */
export type StopReason = 'stopped' | 'rescoped' | 'forgotten';

/** Called with each view, and once more when the client stops, with what is known of the generations that it has left. */
export type ViewListener<TOutput, TItem> = (
  view: ClientView<TOutput, TItem>,
  reason?: StopReason | undefined,
  left?: LeftRuns | undefined,
) => void;

const subjects: { readonly [reason in StopReason]: string } = {
  stopped: 'the client was stopped',
  rescoped: 'the client shows another scope',
  forgotten: 'everything of its scope was forgotten',
};

const foundAgain: { readonly [reason in Exclude<StopReason, 'forgotten'>]: string } = {
  stopped: 'when the client starts again',
  rescoped: 'when its scope is shown',
};

/** What became of a generation that is not followed any more. */
function whyLeft(id: string, reason: StopReason, hasJob: boolean, left: LeftRun | undefined): string {
  if (left && !left.isSubmitted)
    return `Generation ${id} was not submitted, and nothing was charged: ${subjects[reason]}. Generate it again.`;
  const what = `Generation ${id} is not followed here any more: ${subjects[reason]}`;
  if (reason === 'forgotten') return `${what}. Its job may still be running and may be charged.`;
  if (!left)
    return `${what}, or another tab ended the generation without a result. Its items, if there are any, come with the gallery.`;
  if (hasJob) return `${what}. Nothing was cancelled, and the generation is found again ${foundAgain[reason]}.`;
  return `${what}. Its submit has no answer yet, and may be charged. It is not aborted: what the backend answers is stored, and the generation is found again ${foundAgain[reason]}.`;
}

/** Why there will be no items. */
function toError<TOutput, TItem>(
  id: string,
  shown: ClientGeneration<TOutput, TItem> | undefined,
  reason: StopReason,
  left: LeftRun | undefined,
): GenerationError {
  if (shown?.failure) return new GenerationError(shown.failure);
  const isCancelled = shown?.status === 'cancelled';
  return new GenerationError({
    code: 'interrupted',
    message: isCancelled
      ? `Generation ${id} was cancelled, so it has no items.`
      : whyLeft(id, reason, shown?.job !== undefined, left),
    charged: left?.isSubmitted === false ? 'no' : (shown?.charged ?? 'maybe'),
    job: shown?.job,
  });
}

/** Promises the items of a generation, by the views of its session. */
export function itemsPromise<TOutput, TItem>(
  id: string,
  { listen }: Pick<ClientSession<never, TOutput, TItem>, 'listen'>,
  signal: AbortSignal | undefined,
): Promise<readonly TItem[]> {
  const items = new Promise<readonly TItem[]>((resolve, reject) => {
    let unlisten = () => {};
    let isSettled = false;
    const finish = (act: () => void) => {
      isSettled = true;
      unlisten();
      act();
      // The signal may be an object of the page.
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = () => finish(() => reject(signal && abortReasonOf(signal)));
    const onView: ViewListener<TOutput, TItem> = ({ generations }, reason, left = {}) => {
      const shown = generations.find(generation => generation.id === id);
      if (shown?.status === 'completed') finish(() => resolve(shown.items));
      else if (reason || !shown || shown.failure || shown.status === 'cancelled')
        finish(() => reject(toError(id, shown, reason ?? 'stopped', getOwn(left, id))));
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) return onAbort();
    // A command that a listener sends is carried out after all listeners were called.
    queueMicrotask(() => {
      if (signal?.aborted) return;
      unlisten = listen(onView);
      if (isSettled) unlisten();
    });
  });
  // A caller who does not use the promise must not get an unhandled rejection.
  items.catch(() => {});
  return items;
}
