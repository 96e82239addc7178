import type { TimeLeft } from './estimate.js';

/** When a job ends, as a page shows it, in ms since the epoch. */
export type ShownEstimate = {
  readonly expectedAt: number;
  readonly lowAt: number | undefined;
  readonly highAt: number | undefined;
};

/** A smaller change is not shown. */
const leastMoveMs = 1_000;
const leastMoveShare = 0.1;
/** A line through the progress swings, so it is followed half of the way. */
const progressStep = 0.5;

/**
 * The estimate to show next. It stays as it is until it is wrong by more than a second and a tenth of what is left; it never
 * moves to a time that has passed; and it is dropped when its own moment has passed and nothing new is known.
 */
export function steadyEstimate<TShown extends ShownEstimate>(
  shown: TShown | undefined,
  made: TimeLeft | undefined,
  now: number,
): TShown | ShownEstimate | undefined {
  const known = shown && shown.expectedAt > now ? shown : undefined;
  if (!made) return known;
  const madeAt = now + made.leftMs;
  const step = known && made.from === 'progress' ? progressStep : 1;
  const moveMs = known ? (madeAt - known.expectedAt) * step : 0;
  const leastMs = Math.max(leastMoveMs, leastMoveShare * (Math.max(madeAt, known?.expectedAt ?? 0) - now));
  if (known && Math.abs(moveMs) <= leastMs) return known;
  const expectedAt = known ? known.expectedAt + moveMs : madeAt;
  return {
    expectedAt: Math.round(expectedAt),
    lowAt: Math.round(Math.min(expectedAt, now + made.lowMs)),
    highAt: made.highMs === undefined ? undefined : Math.round(Math.max(expectedAt, now + made.highMs)),
  };
}
