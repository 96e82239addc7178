import { isObject } from '../json.js';
import { type DurationHistory, isDurationHistory } from './duration-history.js';

/** The histories of a store, by backend and label. */
export type DurationHistories = { readonly [key: string]: DurationHistory };

/** How many labels a store keeps. Those that were not used for the longest time go first. */
const maxHistories = 32;
/** Of a label, in characters. */
export const maxLabelLength = 100;

/** Under which key the durations of a backend's jobs of one label are kept. */
export const toHistoryKey = ({
  origin = '-',
  durationLabel = '-',
}: {
  readonly origin?: string | undefined;
  readonly durationLabel?: string | undefined;
}): string => `${origin} ${durationLabel}`;

/** The histories in a value out of a storage. What cannot be read is left out: it is learned again. */
export function toHistories(value: unknown): DurationHistories {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, DurationHistory] => isDurationHistory(entry[1])),
  );
}

/** Changes one history, and drops the oldest ones over the limit. */
export function withHistory(
  histories: DurationHistories,
  key: string,
  change: (known: DurationHistory | undefined) => DurationHistory,
): DurationHistories {
  const { [key]: known, ...others } = histories;
  // The order of the members is that of their last use.
  return Object.fromEntries([...Object.entries(others), [key, change(known)] as const].slice(-maxHistories));
}
