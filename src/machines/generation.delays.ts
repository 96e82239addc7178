import { type GenerationPolicy, longestDelayMs } from './generation.policy.js';
import type { GenerationContext } from './generation.types.js';
import type { Surroundings } from './surroundings.js';

/** Whatever a backend asks for, we ask again after so long. */
const longestHintMs = 300_000;
const offlineDelayMs = 30_000;
const jitter = 0.2;

/** The waits of the chart in ms, by the names it uses. */
export function generationDelays(policy: GenerationPolicy, surroundings: Surroundings) {
  type Args = { readonly context: GenerationContext<unknown, unknown> };

  const hint = (ms: number | undefined) => (ms !== undefined && ms >= 0 ? Math.min(ms, longestHintMs) : undefined);
  const jittered = (ms: number) => Math.min(ms * (1 - jitter + 2 * jitter * surroundings.random()), longestDelayMs);
  const nth = (delays: readonly number[], count: number) =>
    delays[Math.min(Math.max(count, 1), delays.length) - 1] ?? 0;

  /** From the end of one read to the earliest begin of the next. */
  const settle = ({ context }: Args) => Math.max(policy.settleMs, hint(context.reads.retryAfterMs) ?? 0);
  /** What is left of a gap between two reads once `settling` has passed. */
  const afterSettling = (gapMs: number, args: Args) => Math.max(0, gapMs - settle(args));

  return {
    submitTimeout: policy.submitTimeoutMs,
    requestTimeout: policy.requestTimeoutMs,
    connectTimeout: policy.connectTimeoutMs,
    silence: policy.silenceMs,
    settle,

    /** Absolute, so that a throttled or sleeping page does not stretch it. */
    deadline: ({ context }: Args) =>
      Math.min(Math.max(0, (context.deadlineAt ?? 0) - surroundings.now()), longestDelayMs),

    poll: (args: Args) => {
      const { retryAfterMs, readAfterMs, count } = args.context.reads;
      const gapMs = hint(retryAfterMs) ?? hint(readAfterMs) ?? jittered(nth(policy.pollDelaysMs, count));
      return afterSettling(surroundings.isOnline() ? gapMs : Math.max(gapMs, offlineDelayMs), args);
    },
    quiet: (args: Args) => {
      const { retryAfterMs, readAfterMs } = args.context.reads;
      const gapMs = hint(retryAfterMs) ?? Math.min(hint(readAfterMs) ?? policy.quietMs, policy.quietMs);
      return afterSettling(gapMs, args);
    },

    reopen: ({ context }: Args) => {
      const { lossCount, retryAfterMs = 0, reopenAfterMs = 0 } = context.stream;
      return Math.max(
        jittered(nth(policy.reopenDelaysMs, lossCount)),
        hint(Math.max(retryAfterMs, reopenAfterMs)) ?? 0,
      );
    },
  };
}
