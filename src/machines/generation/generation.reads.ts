import type { Environment } from '../environment.js';
import type { GenerationContext } from './generation.context.js';
import { isPermanent } from './generation.guards.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { AnyEvent } from './generation.types.js';
import { busyAfter } from './generation.waits.js';

type Context = GenerationContext<unknown>;
type Reads = Context['reads'];
type Changes = Partial<Pick<Context, 'reads' | 'health' | 'busyUntil'>>;

/** After a read that another one would only repeat, while the stream shows the job. */
const refusedReadDelayMs = 10_000;

/** How the contexts of the reads, and of what they say of the job's health, change. */
export function readChanges(policy: GenerationPolicy, environment: Environment) {
  /** The job has been seen: nothing of the outage is left. */
  const seen = ({ seenOnStreamAt }: Context['health'], markedAt: number): Context['health'] => ({
    isJobSeen: true,
    seenOnStreamAt,
    unansweredMs: 0,
    markedAt,
    pendingAt: markedAt,
  });
  const withReads = ({ reads }: Context, change: Partial<Reads>) => ({ reads: { ...reads, ...change } });
  const ended = ({ reads }: Context, now: number, change: Partial<Reads>): Reads => ({
    ...reads,
    count: reads.count + 1,
    lastAt: now,
    isMissing: false,
    timeoutCount: 0,
    readAfterMs: undefined,
    retryAfterMs: undefined,
    // What changed during the read is not in its answer.
    change: reads.change === 'unread' ? 'unread' : undefined,
    ...change,
  });
  /** Adds the time since the last mark where an answer was missing; offline or asleep, none could come. */
  const measured = ({ health }: Context, isUnanswered: boolean, markedAt: number): Context['health'] => {
    // A clock that goes back measures nothing.
    const sinceMeasuredMs = isUnanswered ? Math.max(0, markedAt - health.markedAt) : 0;
    return { ...health, markedAt, unansweredMs: health.unansweredMs + sinceMeasuredMs };
  };

  return {
    /** The answer to the submit shows the job, too. */
    seen: ({ health }: Context): Changes => ({ health: seen(health, environment.now()) }),
    request: (context: Context): Changes => withReads(context, { isReadRequested: true }),
    /** The stream says that something changed. */
    requestChanged: (context: Context): Changes => withReads(context, { isReadRequested: true, change: 'unread' }),
    begin: (context: Context): Changes =>
      withReads(context, {
        isReadRequested: false,
        lastAt: environment.now(),
        change: context.reads.change && 'reading',
      }),
    /** The page slept or the stream delivered before: reads did not go unanswered in that time. */
    restart: (context: Context): Changes => ({
      ...withReads(context, { count: 0 }),
      health: measured(context, false, environment.now()),
    }),
    answer: (context: Context, readAfterMs: number | undefined, now: number): Changes => ({
      reads: ended(context, now, { readAfterMs }),
      health: seen(context.health, now),
    }),
    fail: (context: Context, { failure, retryAfterMs }: AnyEvent<unknown>): Changes => {
      const now = environment.now();
      const isMissing = failure?.code === 'not-found';
      return {
        reads: ended(context, now, {
          retryAfterMs,
          isMissing,
          // Only a read that got no answer at all has no failure.
          ...(!failure && { timeoutCount: context.reads.timeoutCount + 1 }),
          // One that got no answer has waited long enough, and shown nothing.
          readAfterMs: isPermanent(failure?.code, context)
            ? refusedReadDelayMs
            : failure
              ? undefined
              : policy.minReadGapMs,
        }),
        busyUntil: busyAfter(context, retryAfterMs, now),
        // A job that was never seen may not be there yet: that is an answer.
        health: measured(context, environment.isOnline() && (!isMissing || context.health.isJobSeen), now),
      };
    },
  };
}
