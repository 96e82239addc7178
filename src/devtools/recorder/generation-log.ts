import type { StateValue } from 'xstate';
import type { GenerationPolicy } from '../../machines/generation/generation.policy.js';
import type { JsonObject, StreamCapability } from '../../machines/generation/generation.port.js';

/** The time of a step. `until` and `times` are set only if the clock ticked during the step. */
export type RecordedTime = {
  /** Start, in ms since the epoch of the machine's environment. */
  readonly at: number;
  /** End, if it is in another ms. */
  readonly until?: number | undefined;
  /** The times that the chart stored in its context, if it may have read more than one. */
  readonly times?: { readonly [name: string]: number } | undefined;
  /** `isOnline()` was false. */
  readonly isOffline?: true | undefined;
};

/** What was too large or unreadable in an event or a context. */
export type RecordedOmissions = {
  /**
   * Sentences such as `update.output.files: 20 of 120 items`, for at most ten places. Absent if nothing is missing.
   * Redacted values are not listed.
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
 * The redacted steps of one generation, as JSON to store and send. `replayGeneration` of `generation-lifecycle/testing`
 * replays it.
 */
export type GenerationLog = {
  readonly format: 'generation-log';
  readonly version: 2;
  /** The generation's id. */
  readonly id: string;
  /** Without `pollDelayMs` if that is a schedule. */
  readonly policy: Omit<GenerationPolicy, 'pollDelayMs'> & { readonly pollDelayMs?: readonly number[] | undefined };
  /** The adapter's optional functions, and what it declares about repeated submits. */
  readonly port: {
    readonly events: boolean;
    readonly cancel: boolean;
    readonly find: boolean;
    readonly cancelByKey: boolean;
    readonly replays: boolean;
    readonly idempotencyWindowMs?: number | undefined;
    readonly stream?: StreamCapability | undefined;
  };
  /** The actor's start, if it was recorded; otherwise the state before the first of `steps`. */
  readonly from:
    | (RecordedTime & RecordedOmissions & { readonly input: JsonObject; readonly state: StateValue })
    | RecordedState;
  /** Number of older steps that were dropped to limit the log's size. */
  readonly droppedCount: number;
  readonly steps: readonly RecordedStep[];
  readonly to: RecordedState;
};
