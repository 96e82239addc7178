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

/** The text beside the progress bar: why and how long the client waits, the position in the client's or the backend's queue, or the backend's message. */
export function wordsOf({ message, queuePosition, backendPosition, refusal, retryAt }: StudioGeneration): string {
  if (refusal && retryAt !== undefined) {
    return `${failureWords[refusal.code]}. It is asked again at ${new Date(retryAt).toLocaleTimeString()}.`;
  }
  if (queuePosition !== undefined)
    return queuePosition === 0 ? 'Next in the queue' : `${queuePosition} ahead in the queue`;
  // The message of a job that waits says only that it waits.
  if (backendPosition !== undefined) return `Position ${backendPosition + 1} in the backend’s queue`;
  return message ?? '\u00a0';
}

/** `63 %`, or an empty text while it is unknown. */
export const percentOf = (progress: number | undefined): string =>
  progress === undefined ? '' : `${Math.round(progress * 100)} %`;

/** What is said of a result: where it is, what it has cost, and how long its URL works. */
export function resultWordsOf({ cost, expiresAt }: Pick<StudioGeneration, 'cost' | 'expiresAt'>): string {
  const price = cost && `It cost ${cost.amount} ${cost.unit}.`;
  const end = expiresAt !== undefined && `Its URL works until ${new Date(expiresAt).toLocaleTimeString()}.`;
  return ['The result is in the gallery.', price, end].filter(Boolean).join(' ');
}
