import type { Environment } from '../environment.js';
import type { GenerationContext } from './generation.context.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { AnyEvent } from './generation.types.js';
import { busyAfter } from './generation.waits.js';

type Context = GenerationContext<unknown>;
type Changes = Partial<Pick<Context, 'stream' | 'busyUntil'>>;

/** A stream that has lived for so long is worth opening soon again. A snapshot on opening is no proof that it is. */
const stableStreamMs = 30_000;

/** How the context of the stream changes. */
export function streamChanges({ streamIdleTimeoutMs }: GenerationPolicy, environment: Environment) {
  const closed = { openedAt: undefined, isTelling: false } as const;

  const lose = (context: Context, { retryAfterMs }: AnyEvent<unknown>, silentMs: number): Changes => {
    const { stream } = context;
    const now = environment.now();
    const isStable = now - silentMs - Number(stream.openedAt) >= stableStreamMs;
    const lossCount = isStable ? 1 : stream.lossCount + 1;
    return {
      stream: { ...stream, ...closed, lossCount, lostAt: now },
      busyUntil: busyAfter(context, retryAfterMs, now),
    };
  };

  return {
    open: ({ stream }: Context): Changes => ({ stream: { ...stream, ...closed, triedAt: environment.now() } }),
    setOpened: ({ stream }: Context): Changes => ({ stream: { ...stream, openedAt: environment.now() } }),
    /** It has ended, and is opened again without blame. */
    end: (context: Context, event: AnyEvent<unknown>): Changes => {
      const now = environment.now();
      const stream = { ...context.stream, ...closed, lostAt: now };
      return { stream, busyUntil: busyAfter(context, event.retryAfterMs, now) };
    },
    close: ({ stream }: Context): Changes => ({ stream: { ...stream, ...closed } }),
    countLoss: (context: Context, event: AnyEvent<unknown>): Changes => lose(context, event, 0),
    /** Its last sign was a while ago. */
    countIdleLoss: (context: Context, event: AnyEvent<unknown>): Changes => lose(context, event, streamIdleTimeoutMs),
    hasten: ({ stream }: Context): Changes => ({ stream: { ...stream, lostAt: undefined } }),
  };
}
