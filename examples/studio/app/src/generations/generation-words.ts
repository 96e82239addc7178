import type { StudioGeneration } from '../clients/studio-client.js';
import { connectionWords, failureWords, statusWords } from '../status-words.js';

/** The backend has accepted it, and its updates are followed. */
export const isFollowed = ({ status }: Pick<StudioGeneration, 'status'>): boolean =>
  status === 'connecting' || status === 'streaming' || status === 'polling';

/** The status of a generation, or why it failed. */
export function titleOf(
  generation: Pick<StudioGeneration, 'status' | 'failure'> & Partial<Pick<StudioGeneration, 'phase'>>,
): string {
  const { status, failure, phase } = generation;
  if (failure) return failureWords[failure.code];
  return isFollowed(generation) && phase === 'queued' ? 'Waiting at the backend' : statusWords[status];
}

/** How its updates arrive; `undefined` while it is queued or over. */
export function sourceOf(
  { status, connection, isRunning, isFollowedElsewhere }: StudioGeneration,
  isOnline: boolean,
): string | undefined {
  if (!isRunning || status === 'queued') return undefined;
  if (!isOnline) return 'Offline';
  return isFollowedElsewhere ? 'Followed by another tab' : connectionWords[connection];
}

/** Why and how long the client waits, the position in the client's or the backend's queue, or the backend's message. */
export function wordsOf({ message, queuePosition, backendPosition, refusal, retryAt }: StudioGeneration): string {
  if (refusal && retryAt !== undefined)
    return `${failureWords[refusal.code]}. It is asked again at ${timeOf(retryAt)}.`;
  if (queuePosition !== undefined)
    return queuePosition === 0 ? 'Next in the queue' : `${queuePosition} ahead in the queue`;
  // The message of a job that waits says only that it waits.
  if (backendPosition !== undefined) return `Position ${backendPosition + 1} in the backend’s queue`;
  return message ?? '\u00a0';
}

/** `63 %`, or an empty text while it is unknown. */
export const percentOf = (progress: number | undefined): string =>
  progress === undefined ? '' : `${Math.round(progress * 100)} %`;

/** What is said of a result: what it has cost, and how long its URL works. */
export function resultWordsOf({
  cost,
  expiresAt,
  isRenewed,
}: Partial<Pick<StudioGeneration, 'cost' | 'expiresAt'>> & { readonly isRenewed: boolean }): string | undefined {
  const price = cost && `It cost ${cost.amount} ${cost.unit}.`;
  const renewed = isRenewed && 'Its link was renewed.';
  const end = expiresAt !== undefined && `Its link works until ${timeOf(expiresAt)}.`;
  return [price, renewed, end].filter(Boolean).join(' ') || undefined;
}

const timeOf = (at: number) =>
  new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
