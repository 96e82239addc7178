import type { CopiedResult } from './copy-result.js';

/** What a job's state has of the copy of its results. */
export type CopyState = {
  /** When the vendor's end became known, in ms since the epoch. */
  readonly since: number;
  /** Pages are not told of the end before the copy is done, or has taken long enough. */
  readonly isAwaited?: boolean | undefined;
  /** What is copied, by its number in the output. `index`: where it is stored, because a URL may stand there twice. */
  readonly files: Readonly<Record<string, CopiedResult & { readonly index: number }>>;
  /** The numbers of what is left at the vendor. */
  readonly left: readonly number[];
  readonly attempts: number;
  /** When to try, until nothing is left to copy. */
  readonly nextAt?: number | undefined;
  /** When the files are deleted. */
  readonly deleteAt?: number | undefined;
};

export const newCopy = (now: number): CopyState => ({
  since: now,
  isAwaited: true,
  files: {},
  left: [],
  attempts: 0,
  nextAt: now,
});

/** When something is to be done next: a copy, telling pages after all, or deleting. */
export const copyDueAt = ({ since, isAwaited, nextAt, deleteAt }: CopyState, patienceMs: number): number | undefined =>
  nextAt === undefined ? deleteAt : isAwaited ? Math.min(nextAt, since + patienceMs) : nextAt;
