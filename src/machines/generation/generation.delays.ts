import type { Environment } from '../environment.js';
import { type GenerationPolicy, longestDelayMs } from './generation.policy.js';
import type { GenerationContext } from './generation.types.js';

/** Whatever a backend asks for, we ask again after so long. */
const longestHintMs = 300_000;
const offlineDelayMs = 30_000;

/** The waits of the chart in ms, by the names it uses. */
export function generationDelays(policy: GenerationPolicy, environment: Environment) {
  type Args = { readonly context: GenerationContext<unknown> };

  const { pollDelayMs, reopenDelaysMs, ...lengths } = policy;

  /** What a timer can wait. */
  const timer = (ms: number) => Math.min(Math.max(0, ms), longestDelayMs);
  /** What a backend asks for; 0 where it asks for nothing, or for nothing that is a time. */
  const hint = (ms?: number) => Math.min(Math.max(0, Number(ms)) || 0, longestHintMs);
  /** ± 20 % */
  const jittered = (ms: number) => ms * (0.8 + 0.4 * environment.random());
  /** The nth, the first being 1; the last repeats. */
  const nth = (delays: readonly number[], count: number) => delays.at(Math.min(count, delays.length) - 1) ?? 0;

  /** From the end of one read to the earliest begin of the next. */
  const settle = ({ context }: Args) => Math.max(policy.minReadGapMs, hint(context.reads.retryAfterMs));

  return {
    ...lengths,
    settle,

    /** Absolute, so that a throttled or sleeping page does not stretch it. */
    deadline: ({ context }: Args) => timer(Number(context.deadlineAt) - environment.now()),

    /** What is left of the gap between two reads once `settling` has passed. */
    poll: (args: Args) => {
      const { retryAfterMs, readAfterMs, count } = args.context.reads;
      const gapMs = hint(retryAfterMs) || hint(readAfterMs) || jittered(nth(pollDelayMs, count));
      return timer(Math.max(gapMs, environment.isOnline() ? 0 : offlineDelayMs) - settle(args));
    },
    quiet: (args: Args) =>
      timer(
        Math.min(hint(args.context.reads.readAfterMs) || policy.streamReadIntervalMs, policy.streamReadIntervalMs) -
          settle(args),
      ),

    reopen: ({ context: { stream } }: Args) =>
      timer(Math.max(jittered(nth(reopenDelaysMs, stream.lossCount)), hint(stream.reopenAfterMs))),
  };
}
