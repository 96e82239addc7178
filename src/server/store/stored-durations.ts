import type { DurationHistories } from '../../machines/reads/duration-histories.js';
import { addDuration, type DurationHistory } from '../../machines/reads/duration-history.js';
import type { AddedDuration } from './job-store.js';

/** How much of what jobs took is kept. */
export const historyLimits = {
  /** Of each label. Older ones go. */
  maxJobs: 24,
  /** Of each backend. Those to which nothing was added for the longest time go. */
  maxLabels: 32,
} as const;

/** The histories of durations that a store has in rows, the oldest first. What is no duration is left out. */
export function toHistoriesOf(rows: Iterable<AddedDuration>): DurationHistories {
  const histories = new Map<string, DurationHistory>();
  for (const { label, duration } of rows) histories.set(label, addDuration(histories.get(label), duration));
  return Object.fromEntries(histories);
}
