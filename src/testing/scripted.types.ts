import type {
  Failure,
  FailureCode,
  GenerationAdapter,
  JobRef,
  JobUpdate,
} from '../machines/generation/generation.port.js';

/** An error as plain data; thrown as a `GenerationError`. What is not given is the careful answer. */
export type ScriptedError = Partial<Failure> & {
  readonly code: FailureCode;
  /** How long the backend asks to wait, in ms. */
  readonly retryAfterMs?: number | undefined;
};

/** Wait so long before it happens, in ms. @defaultValue at once */
type After = { readonly afterMs?: number | undefined };
type Refusal = { readonly error: ScriptedError };
/** Never answers, and ends only when it is aborted. */
type Hang = { readonly hangs: true };

/** One answer to a submit. `{}` accepts it. */
export type SubmitStep<TOutput> = After &
  (
    | {
        /** @defaultValue `{ id: 'job-1' }`, then `job-2`, … */
        readonly job?: JobRef | undefined;
        readonly update?: JobUpdate<TOutput> | undefined;
      }
    | Refusal
    | Hang
  );

/** One answer to a read, or all until a time. */
export type ReadStep<TOutput> = After & {
  /** The answer to every read that begins before so many ms since the job began; else it is that of one read. */
  readonly untilMs?: number | undefined;
} & ({ readonly update: JobUpdate<TOutput> } | Refusal | Hang);

/** One answer to a cancel. `{}` says that the job has stopped. */
export type CancelStep<TOutput> = After & ({ readonly update?: JobUpdate<TOutput> | undefined } | Refusal | Hang);

/**
 * One thing that happens on a stream, after the one before it. With `atMs` it happens so many ms after the job began,
 * and a stream that gets there later never hears of it.
 */
export type StreamStep<TOutput> = (After | { readonly atMs: number }) &
  (
    | { readonly opens: true }
    | { readonly update: JobUpdate<TOutput> }
    /** Bytes without an event, now and so often from now on. */
    | { readonly pingsEveryMs: number }
    | { readonly lastEventId: string }
    | { readonly retryMs: number }
    | { readonly ends: true }
    | Refusal
  );

/**
 * What a backend does, as plain data. In each list the nth entry is for the nth call, and the last one repeats. Each
 * submit begins a new job, for which the reads, streams and cancels begin anew.
 */
export type Script<TOutput> = {
  /** @defaultValue accepted at once */
  readonly submit?: readonly SubmitStep<TOutput>[] | undefined;
  /** @defaultValue `pending`, always */
  readonly read?: readonly ReadStep<TOutput>[] | undefined;
  /** One list of steps per opening. After its last step a stream stays as it is. @defaultValue the adapter has no stream */
  readonly events?: readonly (readonly StreamStep<TOutput>[])[] | undefined;
  /** @defaultValue the adapter cannot cancel */
  readonly cancel?: readonly CancelStep<TOutput>[] | undefined;
  /** Goes on after an abort and talks late, as an adapter does that forgets the signal. @defaultValue false */
  readonly ignoresAbort?: boolean | undefined;
  readonly idempotentSubmit?: boolean | undefined;
};

/** What moves the delays: XState's `SimulatedClock`, or the platform's timers. */
export type ScriptedClock = {
  /** ms */
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
};

/** One call of a scripted adapter, as it was made. */
export type ScriptedCall<TInput> = {
  readonly kind: 'submit' | 'read' | 'events' | 'cancel';
  /** When, by the clock, in ms. */
  readonly atMs: number;
  /** Of a submit. */
  readonly input?: TInput | undefined;
  /** Of a submit. */
  readonly idempotencyKey?: string | undefined;
  /** Of all but a submit. */
  readonly job?: JobRef | undefined;
  /** Of a stream that goes on from an earlier one. */
  readonly lastEventId?: string | undefined;
  readonly signal: AbortSignal;
  /** It has neither been answered nor aborted: somebody still waits for it. */
  readonly isLive: boolean;
};

/** An adapter that plays a script and keeps a record of its calls. */
export type ScriptedAdapter<TInput, TOutput> = GenerationAdapter<TInput, TOutput> & {
  /** Every call so far, in order. It grows. */
  readonly calls: readonly ScriptedCall<TInput>[];
};
