/** One step of a trace. */
export type TraceStep = {
  /** The event with its payload; in the first step, the name of the start. */
  readonly event: string;
  /** The values chosen for guards: `name = value`. */
  readonly choices: readonly string[];
  /** The state after the step, as JSON. */
  readonly state: string;
};

/**
 * Why an exploration failed:
 *
 * - `violated`: a run violates a monitor's rule, or stops the machine in error. `trace` is a shortest such run;
 * - `unbounded`: there are more states than the limit. `growing` names the part with the most different values;
 * - `unlisted-read`: a guard reads something that `guardsMayRead` does not list, or has no name, so that its reads cannot be observed;
 * - `interference`: a value that `abstract` leaves out changes something that is kept.
 */
export type ExplorationErrorCode = 'violated' | 'unbounded' | 'unlisted-read' | 'interference';

type ExplorationErrorInit = {
  readonly code: ExplorationErrorCode;
  readonly message: string;
  readonly trace?: readonly TraceStep[] | undefined;
  readonly monitor?: string | undefined;
  readonly growing?: string | undefined;
};

/**
 * Thrown by `explore` if it could not show that every run keeps every rule. The message contains the trace.
 *
 * @example
 * try {
 *   explore(machine, { events, monitors });
 * } catch (error) {
 *   if (error instanceof ExplorationError && error.code === 'unbounded') console.log(`Leave out ${error.growing}.`);
 *   throw error;
 * }
 */
export class ExplorationError extends Error {
  override readonly name = 'ExplorationError';
  readonly code: ExplorationErrorCode;
  /** A shortest run from a start. Empty if the error is not about one run. */
  readonly trace: readonly TraceStep[];
  /** The name of the violated monitor. */
  readonly monitor: string | undefined;
  /** The path with the most different values in the state. */
  readonly growing: string | undefined;

  constructor({ code, message, trace = [], monitor, growing }: ExplorationErrorInit) {
    super([message, ...trace.map(toLine)].join('\n'));
    this.code = code;
    this.trace = trace;
    this.monitor = monitor;
    this.growing = growing;
  }
}

const toLine = ({ event, choices, state }: TraceStep, index: number): string =>
  `  ${index}. ${event}${choices.length > 0 ? ` (${choices.join(', ')})` : ''} → ${state}`;
