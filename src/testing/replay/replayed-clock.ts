import type { RecordedTime } from '../../devtools/recorder/generation-log.js';

/** More often than this no single step of the chart reads the clock. */
const readCount = 6;

/**
 * What the clock may have said while a step ran, one reading after the other. A clock that stood still said one
 * thing; of one that ticked, it is known what was written down and not which reading was the first after the tick.
 */
export function* readingsOf({ at, until, times }: RecordedTime, deadlineMs: number): Generator<readonly number[]> {
  yield [at];
  if (until === undefined && times === undefined) return;
  const { deadlineAt, ...others } = times ?? {};
  const known = [at, ...Object.values(others)];
  if (until !== undefined) known.push(until);
  if (deadlineAt !== undefined) known.push(deadlineAt - deadlineMs);
  const ticks = [...new Set(known)].sort((one, other) => one - other);
  yield* growing(ticks, readCount);
}

/** All lists of this length that never fall. */
function* growing(values: readonly number[], length: number): Generator<readonly number[]> {
  if (length === 0) yield [];
  else {
    for (const [index, value] of values.entries()) {
      for (const rest of growing(values.slice(index), length - 1)) yield [value, ...rest];
    }
  }
}
