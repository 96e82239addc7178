import { createFailure } from '../../machines/generation/generation.errors.js';
import type { Chart } from '../steps/chart.js';

/**
 * A chart whose submit is looked at before each repetition. One that must not be sent any more fails, and is not charged by that.
 *
 * @param mayRepeat whether it may be sent once more; a throw counts as no
 */
export function withRepeats(chart: Chart, mayRepeat: () => Promise<boolean>): Chart {
  let isRepeated = false;
  const submit: Chart['requests']['submit'] = async (input, signal, send) => {
    const isAllowed = !isRepeated || (await mayRepeat().catch(() => false));
    isRepeated = true;
    // The chart may have given it up meanwhile.
    if (signal.aborted) return undefined;
    if (isAllowed) return chart.requests.submit(input, signal, send);
    const message = `The submit of generation ${input.id} was not sent again, because it was cancelled meanwhile or another process has taken it over.`;
    send({ type: 'submit.failed', failure: { ...createFailure('interrupted', message), charged: 'no' } });
  };
  return { ...chart, requests: { ...chart.requests, submit } };
}
