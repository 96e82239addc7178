/** Every length of time the chart uses, in ms. */
export type GenerationPolicy = {
  /** How long the reads wait for the stream to open. The stream goes on listening after it. @defaultValue 10_000 */
  readonly connectTimeoutMs: number;
  /** The longest time between two reads while the stream is open. @defaultValue 15_000 */
  readonly quietMs: number;
  /** A stream without a byte for so long is lost. @defaultValue 45_000 */
  readonly silenceMs: number;
  /** The shortest time between two reads. @defaultValue 1_000 */
  readonly settleMs: number;
  /** Times between two reads without a stream; the last repeats. @defaultValue [1_000, 2_000, 5_000, 10_000] */
  readonly pollDelaysMs: readonly number[];
  /** How long one read, or one cancel, may take. @defaultValue 30_000 */
  readonly requestTimeoutMs: number;
  /** How long the submit may take. @defaultValue 120_000 */
  readonly submitTimeoutMs: number;
  /** Times before a lost stream is opened again; the last repeats. @defaultValue [1_000, 5_000, 30_000, 60_000, 300_000] */
  readonly reopenDelaysMs: readonly number[];
  /** Failing reads are repeated for so long without a sign of the job. @defaultValue 120_000 */
  readonly outageMs: number;
  /** How long an accepted job is followed. @defaultValue 420_000 */
  readonly deadlineMs: number;
};

/** The longest a timer of the platform can wait; a longer one fires at once. */
export const longestDelayMs = 2 ** 31 - 1;

const image: GenerationPolicy = {
  connectTimeoutMs: 10_000,
  quietMs: 15_000,
  silenceMs: 45_000,
  settleMs: 1_000,
  pollDelaysMs: [1_000, 2_000, 5_000, 10_000],
  requestTimeoutMs: 30_000,
  submitTimeoutMs: 120_000,
  reopenDelaysMs: [1_000, 5_000, 30_000, 60_000, 300_000],
  outageMs: 120_000,
  deadlineMs: 420_000,
};

/**
 * The preset for a kind of generation. They differ in how long a job is followed: 7 minutes for an image, 15 for a
 * video.
 *
 * @example
 * createGenerationMachine(adapter, { policy: { ...policyFor('video'), quietMs: 30_000 } });
 */
export function policyFor(kind: 'image' | 'video'): GenerationPolicy {
  return { ...image, ...(kind === 'video' && { deadlineMs: 900_000 }) };
}

/**
 * Completes a policy with the image preset.
 *
 * @throws TypeError naming the field that is not a time in ms (0 … 2³¹−1), or not a list of them
 */
export function resolvePolicy(given: Partial<GenerationPolicy> = {}): GenerationPolicy {
  const policy = { ...image, ...given };
  const shapes: { readonly [field: string]: unknown } = image;
  for (const [field, value] of Object.entries(policy)) {
    const times = [value].flat();
    const isTimes = times.length && times.every(ms => ms >= 0 && Math.min(ms, longestDelayMs) === ms);
    if (!isTimes || typeof value !== typeof shapes[field]) {
      throw new TypeError(`policy.${field} must be 0 to ${longestDelayMs} ms`);
    }
  }
  return policy;
}
