import type { Environment } from '../environment.js';
import { toDelayMs, toHintMs, toJitteredMs, toTimerMs } from '../reads/delays.js';
import { toSchedule } from '../reads/schedule.js';
import { toPhaseMs } from './generation.clock.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { GenerationContext } from './generation.types.js';

/** While the page is offline, reads wait at least this long. */
const offlineDelayMs = 30_000;

/** The waits of the chart in ms, by the names it uses. */
export function generationDelays(policy: GenerationPolicy, environment: Environment) {
  type Args = { readonly context: GenerationContext<unknown> };

  const { reopenDelaysMs, cancelReadDelaysMs, minReadGapMs, streamReadIntervalMs } = policy;
  const { pollFallbackAfterMs, streamIdleTimeoutMs, requestTimeoutMs, submitTimeoutMs, cancelPatienceMs } = policy;
  const { submitRetryDelaysMs } = policy;
  const schedule = toSchedule(policy.pollDelayMs);

  /** From the end of one read to the earliest start of the next. */
  const readGap = ({ context }: Args) => Math.max(minReadGapMs, toHintMs(context.reads.retryAfterMs));

  return {
    pollFallbackAfterMs,
    streamIdleTimeoutMs,
    requestTimeoutMs,
    submitTimeoutMs,
    cancelPatienceMs,
    readGap,

    submitRetryDelay: ({ context }: Args) => toTimerMs(Number(context.submit.retryInMs)),
    lookupDelay: ({ context: { submit } }: Args) => toDelayMs(submitRetryDelaysMs, submit.lookupCount),

    /** Absolute, so that a throttled or sleeping page does not stretch it. */
    deadline: ({ context }: Args) => toTimerMs(Number(context.deadlineAt) - environment.now()),

    /** What is left of the time that the answer to the submit asks for. */
    firstReadDelay: ({ context: { reads, health } }: Args) =>
      toTimerMs(toHintMs(reads.readAfterMs) - Math.max(0, environment.now() - health.markedAt)),

    /** What is left of the time between two polls once `readGap` has passed. */
    pollDelay: (args: Args) => {
      const { reads, shown, clock, history } = args.context;
      // The delay begins `readGap` after the read.
      const readAt = environment.now() - readGap(args);
      const scheduledMs = schedule(toPhaseMs(args.context, policy, readAt), {
        readCount: reads.count,
        history,
        progress: shown.progress,
        phase: shown.phase && clock.phase,
        etaMs: shown.expectedAt === undefined ? undefined : shown.expectedAt - readAt,
      });
      const jitteredMs = toJitteredMs(scheduledMs, environment.random());
      const gapMs = toHintMs(reads.retryAfterMs) || toHintMs(reads.readAfterMs) || jitteredMs;
      return toTimerMs(Math.max(gapMs, environment.isOnline() ? 0 : offlineDelayMs) - readGap(args));
    },

    /** What is left of the time between two reads beside an open stream once `readGap` has passed. */
    streamReadInterval: (args: Args) => {
      const hintMs = toHintMs(args.context.reads.readAfterMs) || streamReadIntervalMs;
      return toTimerMs(Math.min(hintMs, streamReadIntervalMs) - readGap(args));
    },

    cancelReadDelay: ({ context: { cancel } }: Args) =>
      toTimerMs(Math.max(toDelayMs(cancelReadDelaysMs, cancel.readCount), toHintMs(cancel.retryAfterMs))),

    reopenDelay: ({ context: { stream } }: Args) => {
      const scheduledMs = toJitteredMs(toDelayMs(reopenDelaysMs, stream.lossCount), environment.random());
      return toTimerMs(Math.max(scheduledMs, toHintMs(stream.reopenAfterMs)));
    },
  };
}
