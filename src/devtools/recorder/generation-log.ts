import type { StateValue } from 'xstate';
import type { GenerationPolicy } from '../../machines/generation/generation.policy.js';
import type { JsonObject } from '../../machines/generation/generation.port.js';

/** What the clock said while something happened, where it did not stand still meanwhile. */
export type RecordedTime = {
  /** When it began, in ms since the epoch of the machine's environment. */
  readonly at: number;
  /** When it was over, if that is another ms. */
  readonly until?: number | undefined;
  /** The times that the chart wrote down meanwhile, if there was more than one that it may have read. */
  readonly times?: { readonly [name: string]: number } | undefined;
  /** The network was known to be gone. */
  readonly isOffline?: true | undefined;
};

/** One event, and where it led. */
export type RecordedStep = RecordedTime & {
  /** A command, a fact of a child, or a delay that fired (`xstate.after.…`), redacted. */
  readonly event: JsonObject & { readonly type: string };
  /** The state after it, if that is another one. */
  readonly state?: StateValue | undefined;
};

/** Where a generation is. `context` is what the chart remembers, redacted. */
export type RecordedState = {
  /** In ms since the epoch of the machine's environment. */
  readonly at: number;
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly state: StateValue;
  readonly context: JsonObject;
};

/**
 * What happened to one generation, as JSON: from the first event that is kept to the last. The same without what is
 * secret, so that it may be stored, sent and looked at; `replayGeneration` of `generation-lifecycle/testing` runs it.
 */
export type GenerationLog = {
  readonly format: 'generation-log';
  readonly version: 1;
  /** The generation's. */
  readonly id: string;
  readonly policy: GenerationPolicy;
  /** Which optional functions the adapter had. */
  readonly port: { readonly events: boolean; readonly cancel: boolean };
  /** Its beginning, if it was recorded from there; else the state it was in before the first step that is kept. */
  readonly from: (RecordedTime & { readonly input: JsonObject; readonly state: StateValue }) | RecordedState;
  /** How many steps were recorded and have fallen out, because the log is bounded. */
  readonly droppedCount: number;
  readonly steps: readonly RecordedStep[];
  readonly to: RecordedState;
};
