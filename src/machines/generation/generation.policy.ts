import { getOwn } from '../json.js';
import { nearestName } from '../options.js';
import { longestDelayMs } from '../reads/delays.js';
import { learned } from '../reads/learned.js';
import type { ReadSchedule } from '../reads/schedule.js';
import type { StreamCapability } from './generation.port.js';

/** Every length of time the chart uses, in ms. */
export type GenerationPolicy = {
  /**
   * How long reads wait for the stream to open. After that the job is polled, and the stream is still awaited: a proxy
   * may send the headers only with the first byte, up to 15 s later, and a result may be published before the stream is
   * open. An ordinary stream opens within a second or two. 10 s is when a person begins to doubt, and what hand-written
   * hooks use. @defaultValue 10_000
   */
  readonly pollFallbackAfterMs: number;
  /** Longest time between two reads while the stream reports the job's state. @defaultValue 15_000 */
  readonly streamReadIntervalMs: number;
  /** A stream without a byte for this long counts as lost. @defaultValue 45_000 */
  readonly streamIdleTimeoutMs: number;
  /**
   * Shortest time between two reads, and between two openings of the stream by a page that wakes. @defaultValue 1_000
   */
  readonly minReadGapMs: number;
  /**
   * When to read next, ±20 %, if no stream reports the job's state: a schedule, or a list of gaps between reads, of
   * which the last repeats. @defaultValue `learned()`, which is `proportional()` until there is a history
   */
  readonly pollDelayMs: readonly number[] | ReadSchedule;
  /**
   * How long one read may take before it is given up and tried again. The time doubles after each read without an
   * answer, up to `requestTimeoutMs`. @defaultValue 5_000
   */
  readonly readTimeoutMs: number;
  /** How long one cancel request may take; also the longest time for a read. @defaultValue 30_000 */
  readonly requestTimeoutMs: number;
  /** How long a job is read after a cancel request. Then it counts as not stopped. @defaultValue 10_000 */
  readonly cancelPatienceMs: number;
  /** Gaps between these reads; the last repeats. @defaultValue [500, 1_000, 2_000, 4_000] */
  readonly cancelReadDelaysMs: readonly number[];
  /** How long one submit request may take. @defaultValue 120_000 */
  readonly submitTimeoutMs: number;
  /**
   * How long a submit is repeated with the same key after the backend refused it for now (`rate-limited` or `busy`, and
   * not charged). A client has its own queue and does not need this. @defaultValue 0
   */
  readonly submitPatienceMs: number;
  /**
   * Delays before a refused submit is sent again, or an unanswered one is looked up again; the last repeats.
   * @defaultValue [1_000, 2_000, 5_000, 10_000]
   */
  readonly submitRetryDelaysMs: readonly number[];
  /**
   * Delays before a lost stream is opened again; the last repeats.
   * @defaultValue [1_000, 5_000, 30_000, 60_000, 300_000]
   */
  readonly reopenDelaysMs: readonly number[];
  /** How long failing reads are repeated without a sign of the job. @defaultValue 120_000 */
  readonly maxOutageMs: number;
  /** How long an accepted job is followed, not counting its time in the backend's queue. @defaultValue 420_000 */
  readonly deadlineMs: number;
  /** How long an accepted job is followed while the backend reports it as queued. @defaultValue 1_800_000 */
  readonly queueDeadlineMs: number;
};

const image: GenerationPolicy = {
  pollFallbackAfterMs: 10_000,
  streamReadIntervalMs: 15_000,
  streamIdleTimeoutMs: 45_000,
  minReadGapMs: 1_000,
  pollDelayMs: learned(),
  readTimeoutMs: 5_000,
  requestTimeoutMs: 30_000,
  cancelPatienceMs: 10_000,
  cancelReadDelaysMs: [500, 1_000, 2_000, 4_000],
  submitTimeoutMs: 120_000,
  submitPatienceMs: 0,
  submitRetryDelaysMs: [1_000, 2_000, 5_000, 10_000],
  reopenDelaysMs: [1_000, 5_000, 30_000, 60_000, 300_000],
  maxOutageMs: 120_000,
  deadlineMs: 420_000,
  queueDeadlineMs: 1_800_000,
};

const presets: { readonly [kind: string]: GenerationPolicy } = {
  image,
  video: { ...image, deadlineMs: 900_000 },
  // A song takes as long as a picture.
  audio: image,
};

/**
 * The preset for a kind of generation. They differ in how long a job is followed: 7 minutes for an image or audio, 15 for a
 * video.
 *
 * @throws TypeError for another kind
 * @example
 * createGenerationMachine(adapter, { policy: { ...policyFor('video'), streamReadIntervalMs: 30_000 } });
 */
export function policyFor(kind: 'image' | 'video' | 'audio'): GenerationPolicy {
  const preset = getOwn(presets, kind);
  if (preset) return { ...preset };
  throw new TypeError(
    `policyFor() knows ${Object.keys(presets).join(', ')}, and not ${typeof kind === 'string' ? `"${kind}"` : describeValue(kind)}. Take the nearest, and change its deadlineMs.`,
  );
}

/**
 * Completes a policy with the image preset.
 *
 * @throws TypeError naming the field that does not exist, or that is not a time in ms (0 … 2³¹−1), a list of them, or a schedule
 */
export function resolvePolicy(given: Partial<GenerationPolicy> = {}): GenerationPolicy {
  const fields = Object.keys(image);
  const unknown = Object.keys(given).find(field => !fields.includes(field));
  if (unknown !== undefined) {
    throw new TypeError(`policy has no field "${unknown}". Did you mean "${nearestName(unknown, fields)}"?`);
  }
  const policy = { ...image, ...given };
  const defaults: { readonly [field: string]: unknown } = image;
  for (const [field, value] of Object.entries(policy)) {
    const canBeSchedule = typeof defaults[field] === 'function';
    const isList = canBeSchedule || Array.isArray(defaults[field]);
    if (isList ? isTimes(value) : isTime(value)) continue;
    if (canBeSchedule && typeof value === 'function') continue;
    const times = isList ? 'a list of times in ms, each from' : 'a time in ms, from';
    const shape = canBeSchedule ? `a schedule, or ${times}` : times;
    throw new TypeError(`policy.${field} must be ${shape} 0 to ${longestDelayMs}. It is ${describeValue(value)}.`);
  }
  return policy;
}

/** The policy of a backend whose streams may be silent for longer than others. */
export function withIdleTimeout(policy: GenerationPolicy, { idleTimeoutMs = 0 }: Partial<StreamCapability> = {}) {
  return idleTimeoutMs > policy.streamIdleTimeoutMs ? { ...policy, streamIdleTimeoutMs: idleTimeoutMs } : policy;
}

/** Longer than a timer of the platform can wait, it would fire at once. */
const isTime = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= longestDelayMs;

const isTimes = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isTime);

const describeValue = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
