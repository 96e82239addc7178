import type { GenerationContext } from './generation.context.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { JobPhase } from './generation.port.js';

type Context = GenerationContext<unknown>;

const spentIn = ({ queuedMs, runningMs }: Context['clock'], phase: JobPhase): number =>
  phase === 'queued' ? queuedMs : runningMs;

const withSpent = (clock: Context['clock'], ms: number): Context['clock'] =>
  clock.phase === 'queued' ? { ...clock, queuedMs: ms } : { ...clock, runningMs: ms };

/** How long the job has been in its phase, up to now and over all sessions, in ms. The submit does not count. */
export function toPhaseMs({ clock, deadlineAt }: Context, policy: GenerationPolicy, now: number): number {
  const budgetMs = clock.phase === 'queued' ? policy.queueDeadlineMs : policy.deadlineMs;
  return Math.min(Math.max(0, budgetMs - (Number(deadlineAt) - now)), budgetMs);
}

/**
 * The two clocks of a followed job: one counts while the backend says that it is queued, the other while it runs. Only the
 * deadline of the current phase is armed.
 */
export function clockChanges({ deadlineMs, queueDeadlineMs }: GenerationPolicy) {
  const budgetOf = (phase: JobPhase) => (phase === 'queued' ? queueDeadlineMs : deadlineMs);
  const deadlineFrom = (now: number, clock: Context['clock']) =>
    now + Math.max(0, budgetOf(clock.phase) - spentIn(clock, clock.phase));

  return {
    /** At the beginning of following, and when the phase changes. */
    begin: ({ shown, clock, deadlineAt }: Context, now: number): Pick<Context, 'clock' | 'deadlineAt'> => {
      const phase = shown.phase ?? 'running';
      if (phase === clock.phase) {
        // A token may come from a session whose clock was ahead.
        return { clock, deadlineAt: Math.min(deadlineAt ?? Number.POSITIVE_INFINITY, deadlineFrom(now, clock)) };
      }
      const budgetMs = budgetOf(clock.phase);
      const spentMs = budgetMs - (Number(deadlineAt) - now);
      const known = deadlineAt === undefined ? clock : withSpent(clock, Math.min(Math.max(0, spentMs), budgetMs));
      const next = { ...known, phase };
      return { clock: next, deadlineAt: deadlineFrom(now, next) };
    },
  };
}
