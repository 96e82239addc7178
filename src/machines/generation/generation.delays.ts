import type { Environment } from '../environment.js';
import { toDelayMs, toHintMs, toJitteredMs, toTimerMs } from '../reads/delays.js';
import { toSchedule } from '../reads/schedule.js';
import { toPhaseMs } from './generation.clock.js';
import type { GenerationContext } from './generation.context.js';
import type { GenerationPolicy } from './generation.policy.js';
import { heldBackMs, readGapMs, readTimeoutMs, reopenGapMs } from './generation.waits.js';

/** While the page is offline, reads wait at least this long. */
const offlineDelayMs = 30_000;

/** How long the first read waits for the state that a stream tells on opening. */
const snapshotPatienceMs = 500;

/** A timer that is early by a part of a millisecond would have to wait again. */
const toWholeMs = (ms: number): number => toTimerMs(Math.ceil(ms));

/** The waits of the chart in ms, by the names it uses. */
export function generationDelays(policy: GenerationPolicy, environment: Environment) {
  type Args = { readonly context: GenerationContext<unknown> };

  const { reopenDelaysMs, cancelReadDelaysMs, streamReadIntervalMs } = policy;
  const { pollFallbackAfterMs, streamIdleTimeoutMs, requestTimeoutMs, submitTimeoutMs, cancelPatienceMs } = policy;
  const { submitRetryDelaysMs } = policy;
  const schedule = toSchedule(policy.pollDelayMs);

  /** Since the last read. A clock that was set back measures nothing. */
  const sinceReadMs = ({ context }: Args) =>
    Math.max(0, environment.now() - (context.reads.lastAt ?? Number.POSITIVE_INFINITY));

  return {
    pollFallbackAfterMs,
    streamIdleTimeoutMs,
    requestTimeoutMs,
    submitTimeoutMs,
    cancelPatienceMs,
    snapshotDelay: snapshotPatienceMs,
    /** From the end of one read to the earliest start of the next. */
    readGap: ({ context }: Args) => {
      const now = environment.now();
      return toWholeMs(Math.max(heldBackMs(context, now), readGapMs(context, policy, now)));
    },
    readTimeout: ({ context }: Args) => readTimeoutMs(context, policy),

    submitRetryDelay: ({ context }: Args) => toTimerMs(Number(context.submit.retryInMs)),
    lookupDelay: ({ context: { submit } }: Args) => toDelayMs(submitRetryDelaysMs, submit.lookupCount),

    /** Absolute, so that a throttled or sleeping page does not stretch it. */
    deadline: ({ context }: Args) => toTimerMs(Number(context.deadlineAt) - environment.now()),

    /** From when the estimate was made, which is now. Without a time, nothing changes by itself. */
    estimateDelay: ({ context: { estimate } }: Args) => toWholeMs(estimate.dueMs ?? Number.POSITIVE_INFINITY),

    /** What is left of the time that the answer to the submit asks for. */
    firstReadDelay: ({ context: { reads, health } }: Args) =>
      toTimerMs(toHintMs(reads.readAfterMs) - Math.max(0, environment.now() - health.markedAt)),

    /** What is left of the time between two polls since the last. */
    pollDelay: (args: Args) => {
      const { reads, shown, clock, history } = args.context;
      const now = environment.now();
      const sinceMs = sinceReadMs(args);
      const readAt = now - sinceMs;
      const scheduledMs = schedule(toPhaseMs(args.context, policy, readAt), {
        readCount: reads.count,
        history,
        progress: shown.progress,
        phase: shown.phase && clock.phase,
        etaMs: shown.expectedAt === undefined ? undefined : shown.expectedAt - readAt,
      });
      const jitteredMs = toJitteredMs(scheduledMs, environment.random());
      const gapMs = toHintMs(reads.retryAfterMs) || toHintMs(reads.readAfterMs) || jitteredMs;
      return toTimerMs(Math.max(gapMs, environment.isOnline() ? 0 : offlineDelayMs) - sinceMs);
    },

    /** What is left of the time between two reads beside a stream that tells. */
    streamReadInterval: (args: Args) => {
      const hintMs = toHintMs(args.context.reads.readAfterMs) || streamReadIntervalMs;
      return toTimerMs(Math.min(hintMs, streamReadIntervalMs) - sinceReadMs(args));
    },

    cancelReadDelay: ({ context: { cancel } }: Args) =>
      toTimerMs(Math.max(toDelayMs(cancelReadDelaysMs, cancel.readCount), toHintMs(cancel.retryAfterMs))),

    reopenDelay: ({ context }: Args) => {
      const now = environment.now();
      const { lostAt, lossCount, reopenAfterMs } = context.stream;
      const jitteredMs = toJitteredMs(toDelayMs(reopenDelaysMs, Math.max(1, lossCount)), environment.random());
      const scheduledMs = lostAt === undefined ? 0 : Math.max(jitteredMs, toHintMs(reopenAfterMs)) - (now - lostAt);
      return toWholeMs(Math.max(scheduledMs, heldBackMs(context, now), reopenGapMs(context, policy, now)));
    },
  };
}
