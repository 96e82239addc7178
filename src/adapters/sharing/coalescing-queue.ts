import type { JobOutcome, JobUpdate, PendingUpdate } from '../../machines/generation/generation.port.js';

/** How what fills a mailbox ended: with an error, or just so. */
export type Ending = { readonly error: unknown } | undefined;

/** What has come for one listener and has not been taken yet. */
export type Mailbox<TOutput> = {
  put(update: JobUpdate<TOutput>): void;
  /** Nothing more comes. What is in it is still taken; then `take` resolves to nothing, or rejects with the error. */
  close(ending: Ending): void;
  take(): Promise<JobUpdate<TOutput> | undefined>;
};

/**
 * Holds one update of each kind at most, so that a slow listener costs no memory and holds up nobody: what two `pending`
 * tell is told by one, two `changed` are one, and of outcomes the last stays, a success for good. Nothing that counts
 * is lost, since progress is only ever shown and a change is only ever read.
 */
export function createMailbox<TOutput>(): Mailbox<TOutput> {
  let pending: PendingUpdate | undefined;
  let changed: JobUpdate<TOutput> | undefined;
  let outcome: JobOutcome<TOutput> | undefined;
  let closed: { readonly ending: Ending } | undefined;
  let wake = () => {};

  const takeHeld = () => {
    const update = pending ?? changed ?? outcome;
    if (pending) pending = undefined;
    else if (changed) changed = undefined;
    else outcome = undefined;
    return update;
  };

  return {
    put(update) {
      if (update.kind === 'pending') pending = toNewest(pending, update);
      else if (update.kind === 'changed') changed = update;
      else if (update.kind !== 'ignored' && outcome?.kind !== 'succeeded') outcome = update;
      wake();
    },
    close(ending) {
      closed ??= { ending };
      wake();
    },
    async take() {
      for (;;) {
        const update = takeHeld();
        if (update) return update;
        if (closed?.ending) throw closed.ending.error;
        if (closed) return undefined;
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    },
  };
}

/** An absent member means "nothing new". */
const toNewest = (before: PendingUpdate | undefined, { kind, ...now }: PendingUpdate): PendingUpdate => ({
  kind,
  progress: now.progress ?? before?.progress,
  message: now.message ?? before?.message,
  backendPosition: now.backendPosition ?? before?.backendPosition,
  previews: now.previews ?? before?.previews,
  readAfterMs: now.readAfterMs ?? before?.readAfterMs,
});
