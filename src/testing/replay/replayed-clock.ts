import type { RecordedTime } from '../../devtools/recorder/generation-log.js';

/** No step of the chart reads the clock more often. */
const maxReadings = 8;

/**
 * Every list of readings that the clock may have returned during a step. A clock that did not tick has one reading. If it
 * ticked, the log has the times that were stored, and not which reading was the first after the tick.
 */
export function* readingsOf({ at, until, times }: RecordedTime, deadlineMs: number): Generator<readonly number[]> {
  yield [at];
  if (until === undefined && times === undefined) return;
  // `busyUntil` is a reading and a wait: the reading is among the others.
  const { deadlineAt, busyUntil, ...others } = times ?? {};
  const known = [at, ...Object.values(others)];
  if (until !== undefined) known.push(until);
  if (deadlineAt !== undefined) known.push(deadlineAt - deadlineMs);
  const ticks = [...new Set(known)].sort((one, other) => one - other);
  yield* growing(ticks, maxReadings);
}

/** All lists of this length in which no value is less than the one before. */
function* growing(values: readonly number[], length: number): Generator<readonly number[]> {
  if (length === 0) yield [];
  else {
    for (const [index, value] of values.entries()) {
      for (const rest of growing(values.slice(index), length - 1)) yield [value, ...rest];
    }
  }
}
