/** One line of a trace. */
export type TraceStep = {
  /** The event with what it carries; at first, the start. */
  readonly event: string;
  /** What guards were told of that which the state does not hold. */
  readonly answers: readonly string[];
  /** The state it led to. */
  readonly state: string;
};

/**
 * Why an exploration is no proof:
 *
 * - `violated`: a monitor is broken, and `trace` is a shortest way to it;
 * - `unbounded`: the limit was reached before the state space closed, and `growing` names what grows most;
 * - `unlisted-read`: a guard reads what it may not, or reads where it cannot be watched;
 * - `interference`: something forgotten changes what is kept.
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
 * Thrown by `explore` whenever it has not shown what it was asked to show. The message holds the trace.
 *
 * @example
 * try {
 *   explore(machine, { events, monitors });
 * } catch (error) {
 *   if (error instanceof ExplorationError && error.code === 'unbounded') console.log(`forget ${error.growing}`);
 *   throw error;
 * }
 */
export class ExplorationError extends Error {
  override readonly name = 'ExplorationError';
  readonly code: ExplorationErrorCode;
  /** A shortest way from a start; empty where no single run is to blame. */
  readonly trace: readonly TraceStep[];
  /** The broken monitor. */
  readonly monitor: string | undefined;
  /** The path in the state that takes the most different values. */
  readonly growing: string | undefined;

  constructor({ code, message, trace = [], monitor, growing }: ExplorationErrorInit) {
    super([message, ...trace.map(lineOf)].join('\n'));
    this.code = code;
    this.trace = trace;
    this.monitor = monitor;
    this.growing = growing;
  }
}

const lineOf = ({ event, answers, state }: TraceStep, index: number): string =>
  `  ${index}. ${event}${answers.length > 0 ? ` (${answers.join(', ')})` : ''} → ${state}`;
