import type {
  Failure,
  FailureCode,
  GenerationAdapter,
  JobRef,
  JobUpdate,
} from '../machines/generation/generation.port.js';

/** An error as plain data, thrown as a `GenerationError`. Missing members have the defaults of `GenerationError`. */
export type ScriptedError = Partial<Failure> & {
  readonly code: FailureCode;
  /** How long the backend asks to wait, in ms. */
  readonly retryAfterMs?: number | undefined;
};

/** Waits before the answer, in ms. @defaultValue 0 */
type AfterDelay = { readonly afterMs?: number | undefined };
type ErrorAnswer = { readonly error: ScriptedError };
/** Never answers: the call is pending until it is aborted. */
type NoAnswer = { readonly hangs: true };

/** One answer to a submit. `{}` accepts the job. */
export type SubmitStep<TOutput> = AfterDelay &
  (
    | {
        /** @defaultValue `{ id: 'job-1' }`, then `job-2`, … */
        readonly job?: JobRef | undefined;
        readonly update?: JobUpdate<TOutput> | undefined;
      }
    | ErrorAnswer
    | NoAnswer
  );

/** The answer to one read, or to all reads until a time. */
export type ReadStep<TOutput> = AfterDelay & {
  /** Answers every read that starts less than this many ms after the submit. Without it, answers one read. */
  readonly untilMs?: number | undefined;
} & ({ readonly update: JobUpdate<TOutput> } | ErrorAnswer | NoAnswer);

/** One answer to a cancel. `{}` confirms that the job has stopped. */
export type CancelStep<TOutput> = AfterDelay &
  ({ readonly update?: JobUpdate<TOutput> | undefined } | ErrorAnswer | NoAnswer);

/**
 * One step of a stream, after the previous step. With `atMs` it happens that many ms after the submit, and is skipped
 * if the stream gets there later.
 */
export type StreamStep<TOutput> = (AfterDelay | { readonly atMs: number }) &
  (
    | { readonly opens: true }
    | { readonly update: JobUpdate<TOutput> }
    /** Bytes without an event: now, and then at this interval in ms. */
    | { readonly pingsEveryMs: number }
    | { readonly lastEventId: string }
    | { readonly retryMs: number }
    | { readonly ends: true }
    | ErrorAnswer
  );

/**
 * A backend's behavior, as plain data. In each list the nth entry is for the nth call, and the last entry repeats. Each
 * submit starts a new job, with its own count of reads, streams and cancels.
 */
export type Script<TOutput> = {
  /** @defaultValue accepts at once */
  readonly submit?: readonly SubmitStep<TOutput>[] | undefined;
  /** @defaultValue `pending`, always */
  readonly read?: readonly ReadStep<TOutput>[] | undefined;
  /** A list of steps for each stream. After its last step a stream stays open. @defaultValue the adapter has no `events` */
  readonly events?: readonly (readonly StreamStep<TOutput>[])[] | undefined;
  /** @defaultValue the adapter has no `cancel` */
  readonly cancel?: readonly CancelStep<TOutput>[] | undefined;
  /** Answers after an abort, as an adapter that ignores the signal does. @defaultValue false */
  readonly ignoresAbort?: boolean | undefined;
  readonly idempotentSubmit?: boolean | undefined;
};

/** The clock of a script's delays, such as XState's `SimulatedClock`. */
export type ScriptedClock = {
  /** ms */
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
};

/** One call of a scripted adapter. */
export type ScriptedCall<TInput> = {
  readonly kind: 'submit' | 'read' | 'events' | 'cancel';
  /** Time of the call by the clock, in ms. */
  readonly atMs: number;
  /** Set for a submit. */
  readonly input?: TInput | undefined;
  /** Set for a submit. */
  readonly idempotencyKey?: string | undefined;
  /** Set for every other call. */
  readonly job?: JobRef | undefined;
  /** Set for a stream that continues an earlier one. */
  readonly lastEventId?: string | undefined;
  readonly signal: AbortSignal;
  /** The call has neither been answered nor aborted. */
  readonly isPending: boolean;
};

/** An adapter that plays a script and records its calls. */
export type ScriptedAdapter<TInput, TOutput> = GenerationAdapter<TInput, TOutput> & {
  /** Every call so far, in order. New calls are added to this list. */
  readonly calls: readonly ScriptedCall<TInput>[];
};
