import type { JobOutcome, JobUpdate, PendingUpdate } from '../../machines/generation/generation.port.js';

/** How a connection ended: with an error, or without one. */
export type ConnectionEnd = { readonly error: unknown } | undefined;

/** The updates that one consumer has not taken yet. */
export type CoalescingQueue<TOutput> = {
  put(update: JobUpdate<TOutput>): void;
  /** No update follows. What is in the queue can still be taken. */
  close(end: ConnectionEnd): void;
  /** The next update. Once the queue is closed and empty: nothing, or a rejection with the error. */
  take(): Promise<JobUpdate<TOutput> | undefined>;
};

/**
 * Holds at most one update of each kind, so that a slow consumer needs no memory and delays no other. A `pending` update is
 * merged into the one that waits, a second `changed` is dropped, and an outcome replaces an earlier one unless that is a
 * success. Nothing that matters is lost: progress is only shown, and a change only causes a read.
 */
export function createCoalescingQueue<TOutput>(): CoalescingQueue<TOutput> {
  let pending: PendingUpdate | undefined;
  let changed: JobUpdate<TOutput> | undefined;
  let outcome: JobOutcome<TOutput> | undefined;
  let closed: { readonly end: ConnectionEnd } | undefined;
  let wakeConsumer = () => {};

  const shift = () => {
    const update = pending ?? changed ?? outcome;
    if (pending) pending = undefined;
    else if (changed) changed = undefined;
    else outcome = undefined;
    return update;
  };

  return {
    put(update) {
      if (update.kind === 'pending') pending = mergePending(pending, update);
      else if (update.kind === 'changed') changed = update;
      else if (update.kind !== 'ignored' && outcome?.kind !== 'succeeded') outcome = update;
      wakeConsumer();
    },
    close(end) {
      closed ??= { end };
      wakeConsumer();
    },
    async take() {
      for (;;) {
        const update = shift();
        if (update) return update;
        if (closed?.end) throw closed.end.error;
        if (closed) return undefined;
        await new Promise<void>(resolve => {
          wakeConsumer = resolve;
        });
      }
    },
  };
}

/** An absent member means "nothing new", and `null` means "none". */
const mergePending = (older: PendingUpdate | undefined, { kind, ...newer }: PendingUpdate): PendingUpdate => ({
  kind,
  phase: newer.phase ?? older?.phase,
  progress: newer.progress ?? older?.progress,
  message: newest(newer.message, older?.message),
  backendPosition: newest(newer.backendPosition, older?.backendPosition),
  previews: newer.previews ?? older?.previews,
  etaMs: newer.etaMs ?? older?.etaMs,
  readAfterMs: newer.readAfterMs ?? older?.readAfterMs,
});

const newest = <T>(newer: T | null | undefined, older: T | null | undefined) => (newer === undefined ? older : newer);
