import { isObject } from '../json.js';

/**
 * What is known of a job's duration, in ms: it had not ended after the first value, and had after the second. They are
 * equal if the backend reports the duration. `null`: it was cancelled or given up, and would have taken longer.
 */
export type JobDuration = readonly [notEndedAfterMs: number, endedAfterMs: number | null];

/**
 * How long the newest 24 jobs of one kind took. The limit keeps it small (less than 500 bytes of JSON) and lets a new
 * version of a model replace the old one.
 */
export type DurationHistory = {
  readonly version: 1;
  /** Oldest first. */
  readonly jobs: readonly JobDuration[];
};

/** How many jobs a history holds at most. */
const maxDurations = 24;

/** Three digits: a history is no record of when somebody did what. */
const rounded = (ms: number): number => Number(ms.toPrecision(3));

const isMs = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < 1e12;

const isJobDuration = (value: unknown): value is JobDuration =>
  Array.isArray(value) &&
  value.length === 2 &&
  isMs(value[0]) &&
  (value[1] === null || (isMs(value[1]) && value[1] >= value[0]));

/**
 * Whether a value from a storage is a {@link DurationHistory} of this version.
 *
 * @example
 * const stored: unknown = JSON.parse(localStorage.getItem('durations') ?? 'null');
 * const history = isDurationHistory(stored) ? stored : undefined;
 */
export function isDurationHistory(value: unknown): value is DurationHistory {
  if (!isObject(value)) return false;
  const { version, jobs } = value;
  return version === 1 && Array.isArray(jobs) && jobs.length <= maxDurations && jobs.every(isJobDuration);
}

/**
 * Adds a job to a history. An invalid duration, such as a negative one, changes nothing.
 *
 * @example
 * const history = addDuration(undefined, [11_800, 12_400]);
 */
export function addDuration(known: DurationHistory | undefined, job: JobDuration): DurationHistory {
  const jobs = known?.jobs ?? [];
  if (!isJobDuration(job)) return known ?? { version: 1, jobs };
  const [from, to] = job;
  const added: JobDuration = [rounded(from), to === null ? null : rounded(to)];
  return { version: 1, jobs: [...jobs, added].slice(-maxDurations) };
}
