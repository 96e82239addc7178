import type { StudioGeneration } from '../clients/studio-client.js';
import { connectionWords, failureWords, statusWords } from '../status-words.js';

/** Where a generation is, or why it failed, in a few words. */
export const titleOf = ({ status, failure }: Pick<StudioGeneration, 'status' | 'failure'>): string =>
  failure ? failureWords[failure.code] : statusWords[status];

/** Where its news come from while it runs; nothing while it waits. */
export function sourceOf({ status, connection, isRunning, isFollowedElsewhere }: StudioGeneration): string | undefined {
  if (!isRunning || status === 'queued') return undefined;
  return isFollowedElsewhere ? 'Another tab follows it' : connectionWords[connection];
}

/** What is said beside the bar: the backend's words, or the place in a queue, ours or the backend's. */
export function wordsOf({ message, queuePosition, backendPosition }: StudioGeneration): string {
  if (queuePosition !== undefined) return queuePosition === 0 ? 'Next in line' : `${queuePosition} before it in line`;
  return message ?? (backendPosition === undefined ? '\u00a0' : `Place ${backendPosition + 1} in the backend’s queue`);
}

/** `63 %`, or nothing while it is not known. */
export const percentOf = (progress: number | undefined): string =>
  progress === undefined ? '' : `${Math.round(progress * 100)} %`;
