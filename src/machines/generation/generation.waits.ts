import { toHintMs } from '../reads/delays.js';
import type { GenerationContext } from './generation.context.js';
import type { GenerationPolicy } from './generation.policy.js';

type Context = GenerationContext<unknown>;

/** How long the backend still asks for no request, on the stream or in a read, in ms. */
export const heldBackMs = ({ busyUntil = 0 }: Pick<Context, 'busyUntil'>, now: number): number =>
  toHintMs(busyUntil - now);

/** Until when it asks for none, after an answer that may say so. */
export const busyAfter = (
  { busyUntil }: Pick<Context, 'busyUntil'>,
  retryAfterMs: number | undefined,
  now: number,
): number | undefined => {
  const waitMs = toHintMs(retryAfterMs);
  return waitMs > 0 ? Math.max(busyUntil ?? 0, now + waitMs) : busyUntil;
};

/** What is left of a time since an event. A clock that was set back leaves nothing. */
const leftMs = (ms: number, since: number | undefined, now: number): number => {
  const passedMs = since === undefined ? Number.POSITIVE_INFINITY : now - since;
  return passedMs < 0 ? 0 : Math.max(0, ms - passedMs);
};

/** What is left of the shortest gap between two reads, in ms. */
export const readGapMs = ({ reads }: Context, { minReadGapMs }: GenerationPolicy, now: number): number =>
  leftMs(minReadGapMs, reads.lastAt, now);

/** The same between two openings of the stream by a page that wakes, in ms. */
export const reopenGapMs = ({ stream }: Context, { minReadGapMs }: GenerationPolicy, now: number): number =>
  leftMs(minReadGapMs, stream.triedAt, now);

/** How long the next read may take: longer after each that got no answer, in ms. */
export const readTimeoutMs = ({ reads }: Context, policy: GenerationPolicy): number =>
  Math.min(policy.readTimeoutMs * 2 ** reads.timeoutCount, policy.requestTimeoutMs);
