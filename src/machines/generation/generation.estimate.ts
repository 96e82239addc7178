import { estimateTimeLeft, leastMovingMs, leastProgress, usualLimitMs } from '../reads/estimate.js';
import { steadyEstimate } from '../reads/steady-estimate.js';
import { toPhaseMs } from './generation.clock.js';
import type { GenerationContext } from './generation.context.js';
import { isAgeTrue } from './generation.duration.js';
import type { GenerationPolicy } from './generation.policy.js';

type Context = GenerationContext<unknown>;
type Estimate = Context['estimate'];

/** News change what is shown at most so often. */
const leastGapMs = 1_000;

/** When a job is expected to end: how that changes with the time, and with what the backend says. */
export function estimateChanges(policy: GenerationPolicy) {
  function made(context: Context, now: number): Estimate {
    const { estimate, shown, clock, deadlineAt } = context;
    const elapsedMs = toPhaseMs(context, policy, now);
    const isQueued = clock.phase === 'queued';
    // The age of a job that is followed again after its deadline says nothing.
    const earlier = !isQueued && isAgeTrue(context, policy, now, elapsedMs) ? context.history : undefined;
    const stillSinceMs = isQueued ? 0 : elapsedMs;
    const movingSinceMs = shown.progress === 0 ? stillSinceMs : (estimate.movingSinceMs ?? 0);
    const left = estimateTimeLeft({
      elapsedMs,
      isQueued,
      history: earlier,
      progress: shown.progress,
      movingSinceMs,
      etaMs: shown.expectedAt === undefined ? undefined : shown.expectedAt - now,
    });
    const lateAt = earlier && (estimate.lateAt ?? lateFrom(now - elapsedMs, usualLimitMs(earlier)));
    const isLate = now >= Number(lateAt);
    // What earlier jobs took says nothing of one that waits again, or takes longer. A token may come from a session whose clock was ahead.
    const isKept =
      (estimate.isTold || !(isQueued || isLate)) && Number(estimate.shown?.expectedAt) <= Number(deadlineAt);
    const next = steadyEstimate(isKept ? estimate.shown : undefined, left, now);
    return {
      shown: next,
      isTold: next !== undefined && (left ? left.from === 'backend' : estimate.isTold),
      isLate,
      lateAt,
      movingSinceMs,
      speedAt: isQueued ? undefined : now - elapsedMs + movingSinceMs + leastMovingMs,
      madeAt: now,
      dueMs: isLate ? undefined : dueIn(next && next.expectedAt - now, earlier !== undefined, lateAt && lateAt - now),
    };
  }

  return {
    /** At the beginning of a phase, and when its time has come. */
    made,

    /** After news: at once for the first estimate and for the first one of the backend, else at most each second. It costs some comparisons. */
    heard: (context: Context, shown: Context['shown'], now: number): Estimate => {
      const { estimate } = context;
      const { madeAt, speedAt, isTold } = estimate;
      const isRecent = Math.abs(now - Number(madeAt)) < leastGapMs;
      const isFirstWord = !isTold && Number(shown.expectedAt) > now;
      const isFirstSpeed = !estimate.shown && now >= Number(speedAt) && Number(shown.progress) >= leastProgress;
      return isRecent && !isFirstWord && !isFirstSpeed ? estimate : made({ ...context, shown }, now);
    },
  };
}

/** It does not change while the job runs. */
const lateFrom = (beganAt: number, usualMs: number | undefined): number | undefined =>
  usualMs === undefined ? undefined : beganAt + usualMs;

/**
 * When the estimate changes if the backend says nothing, in ms. With a history, half-way to its moment, because the job has outlived
 * some others by then; without one, when the moment has passed.
 */
function dueIn(leftMs: number | undefined, isSeen: boolean, lateMs: number | undefined): number | undefined {
  const changesMs = leftMs === undefined ? undefined : Math.max(leastGapMs, isSeen ? leftMs / 2 : leftMs);
  return changesMs === undefined || lateMs === undefined ? (changesMs ?? lateMs) : Math.min(changesMs, lateMs);
}
