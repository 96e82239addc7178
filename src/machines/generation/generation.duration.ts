import type { JobDuration } from '../reads/duration-history.js';
import { toPhaseMs } from './generation.clock.js';
import type { GenerationContext } from './generation.context.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { GenerationOutcome } from './generation.types.js';

/** Longer than any gap of a schedule and its read: the page slept, or was closed. */
const sleptMs = 60_000;

/** The job has not ended by itself, and would have taken longer. */
function isGivenUp(outcome: GenerationOutcome<unknown>): boolean {
  const end = outcome.status === 'failed' ? outcome.failure.code : outcome.status;
  return end === 'cancelled' || end === 'deadline';
}

/**
 * The age of a job is counted from when it was followed first. A generation that was resumed after its deadline begins again, so
 * its age says nothing.
 */
export function isAgeTrue(
  { startedAt, clock }: GenerationContext<unknown>,
  policy: GenerationPolicy,
  at: number,
  ageMs: number,
) {
  const submitMs = at - Number(startedAt) - clock.queuedMs - ageMs;
  return submitMs >= -1_000 && submitMs <= policy.submitTimeoutMs + policy.submitPatienceMs;
}

/** How long the job took, as far as this actor has seen it. @param context of a generation that has ended */
export function toJobDuration(context: GenerationContext<unknown>, policy: GenerationPolicy): JobDuration | undefined {
  const { end, endedAt, health, clock } = context;
  if (end?.durationMs !== undefined) return [end.durationMs, end.durationMs];
  // Of a job that was seen in the queue only, nobody knows when it began to run.
  if (clock.phase === 'queued') return undefined;
  // A job that was never followed has no age: no comparison with NaN is true.
  const ageMs = (at: number) => toPhaseMs(context, policy, at);
  const pendingMs = ageMs(Number(health.pendingAt));
  if (endedAt === undefined) {
    const isKnown = isAgeTrue(context, policy, Number(health.pendingAt), pendingMs);
    return isKnown && isGivenUp(context.outcome as GenerationOutcome<unknown>) ? [pendingMs, null] : undefined;
  }
  const endMs = ageMs(endedAt);
  if (!isAgeTrue(context, policy, endedAt, endMs)) return undefined;
  if (end?.isLive) return [endMs, endMs];
  if (!(pendingMs <= endMs)) return undefined;
  return endMs - pendingMs > sleptMs && endMs > 2 * pendingMs ? [pendingMs, null] : [pendingMs, endMs];
}
