import type { StudioGeneration } from '../clients/studio-client.js';
import { connectionWords, failureWords, statusWords } from '../status-words.js';

/** The status of a generation, or why it failed. */
export const titleOf = ({ status, failure }: Pick<StudioGeneration, 'status' | 'failure'>): string =>
  failure ? failureWords[failure.code] : statusWords[status];

/** How its updates arrive; `undefined` while it is queued or over. */
export function sourceOf({ status, connection, isRunning, isFollowedElsewhere }: StudioGeneration): string | undefined {
  if (!isRunning || status === 'queued') return undefined;
  return isFollowedElsewhere ? 'Followed by another tab' : connectionWords[connection];
}

/** The text beside the progress bar: the backend's message, or the position in the client's or the backend's queue. */
export function wordsOf({ message, queuePosition, backendPosition }: StudioGeneration): string {
  if (queuePosition !== undefined)
    return queuePosition === 0 ? 'Next in the queue' : `${queuePosition} ahead in the queue`;
  return (
    message ?? (backendPosition === undefined ? '\u00a0' : `Position ${backendPosition + 1} in the backend’s queue`)
  );
}

/** `63 %`, or an empty text while it is unknown. */
export const percentOf = (progress: number | undefined): string =>
  progress === undefined ? '' : `${Math.round(progress * 100)} %`;
