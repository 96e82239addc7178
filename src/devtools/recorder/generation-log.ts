import type { StateValue } from 'xstate';
import type { GenerationPolicy } from '../../machines/generation/generation.policy.js';
import type { JsonObject, StreamCapability } from '../../machines/generation/generation.port.js';

/** The time of a step. A clock may tick during a step; `until` and `times` are set only then. */
export type RecordedTime = {
  /** Start, in ms since the epoch of the machine's environment. */
  readonly at: number;
  /** End, if it is in another ms. */
  readonly until?: number | undefined;
  /** The times that the chart has stored in its context, if it may have read more than one. */
  readonly times?: { readonly [name: string]: number } | undefined;
  /** `isOnline()` was false. */
  readonly isOffline?: true | undefined;
};

/** What of an event or a context was too large, or could not be read. */
export type RecordedOmissions = {
  /**
   * Sentences such as `update.output.files: 20 of 120 items`, for at most ten places. Absent if all is there. What is
   * redacted is not listed.
   */
  readonly omitted?: readonly string[] | undefined;
};

/** One event, and the state after it. */
export type RecordedStep = RecordedTime &
  RecordedOmissions & {
    /** A command, an event of a child, or a delay that fired (`xstate.after.…`), redacted. */
    readonly event: JsonObject & { readonly type: string };
    /** The state after the event, if it has changed. */
    readonly state?: StateValue | undefined;
  };

/** The state of a generation. `context` is redacted. */
export type RecordedState = RecordedOmissions & {
  /** ms since the epoch of the machine's environment. */
  readonly at: number;
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly state: StateValue;
  readonly context: JsonObject;
};

/**
 * The steps of one generation, as JSON and redacted, so that you can store and send it. `replayGeneration` of
 * `generation-lifecycle/testing` replays it.
 */
export type GenerationLog = {
  readonly format: 'generation-log';
  readonly version: 2;
  /** The id of the generation. */
  readonly id: string;
  /** Without `pollDelayMs` where that is a schedule. */
  readonly policy: Omit<GenerationPolicy, 'pollDelayMs'> & { readonly pollDelayMs?: readonly number[] | undefined };
  /** Which optional functions the adapter has, and what it says of repeated submits. */
  readonly port: {
    readonly events: boolean;
    readonly cancel: boolean;
    readonly find: boolean;
    readonly cancelByKey: boolean;
    readonly replays: boolean;
    readonly idempotencyWindowMs?: number | undefined;
    readonly stream?: StreamCapability | undefined;
  };
  /** The start of the actor, if it was recorded; otherwise the state before the first of `steps`. */
  readonly from:
    | (RecordedTime & RecordedOmissions & { readonly input: JsonObject; readonly state: StateValue })
    | RecordedState;
  /** How many older steps were dropped, because the size of the log is bounded. */
  readonly droppedCount: number;
  readonly steps: readonly RecordedStep[];
  readonly to: RecordedState;
};
