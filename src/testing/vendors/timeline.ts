import type { VendorJob, VendorJobState } from './double.types.js';

const parts = 4;
const places = 3;

/** When a job leaves the queue, and when it ends, in ms since its submit. */
const timesOf = ({ scenario: { queuedMs = 2_000, runningMs = 4_000 } }: VendorJob) => ({
  startsAt: queuedMs,
  endsAt: queuedMs + runningMs,
});

/** When a job stops that is cancelled, or has a limit, in ms since its submit. One that waits in the queue stops at once. */
function stopsAt(job: VendorJob): number {
  const { limitMs = Number.POSITIVE_INFINITY, cancelledAt } = job;
  if (cancelledAt === undefined) return limitMs;
  const cancelledMs = cancelledAt - job.submittedAt;
  const stopMs = cancelledMs < timesOf(job).startsAt ? 0 : (job.scenario.stopsAfterMs ?? 0);
  return Math.min(limitMs, cancelledMs + stopMs);
}

/** When a job ends, in ms since its submit. */
export const endOf = (job: VendorJob): number => Math.min(timesOf(job).endsAt, stopsAt(job));

/** Where a job is at a time. */
export function stateAt(job: VendorJob, now: number): VendorJobState {
  const passed = now - job.submittedAt;
  const { startsAt, endsAt } = timesOf(job);
  const { ends = 'succeeded', resultLivesMs = Number.POSITIVE_INFINITY } = job.scenario;
  const end = endOf(job);
  const times = {
    startedAt: Math.min(passed, end) >= startsAt ? job.submittedAt + startsAt : undefined,
    endedAt: passed >= end ? job.submittedAt + end : undefined,
  };
  if (passed >= end && stopsAt(job) < endsAt) return { phase: 'cancelled', position: 0, progress: 0, ...times };
  if (passed >= end) {
    const isGone = ends === 'succeeded' && passed - endsAt >= resultLivesMs;
    return { phase: isGone ? 'expired' : ends, position: 0, progress: 1, ...times };
  }
  if (passed < startsAt) {
    const position = Math.ceil(((startsAt - passed) / startsAt) * places) - 1;
    return { phase: 'queued', position, progress: 0, ...times };
  }
  const progress = Math.floor(((passed - startsAt) / (endsAt - startsAt)) * parts) / parts;
  return { phase: 'running', position: 0, progress, ...times };
}

export const isOver = ({ phase }: VendorJobState): boolean => phase !== 'queued' && phase !== 'running';

/** The times after `now` at which there is something new, in ms of the clock. */
export function nextChangeAfter(job: VendorJob, now: number): number | undefined {
  const { startsAt, endsAt } = timesOf(job);
  const steps = [
    ...Array.from({ length: places }, (_, at) => (startsAt * at) / places),
    ...Array.from({ length: parts }, (_, at) => startsAt + ((endsAt - startsAt) * at) / parts),
    endsAt,
    stopsAt(job),
  ];
  const later = steps.map(step => step + job.submittedAt).filter(time => time > now && Number.isFinite(time));
  return later.length > 0 ? Math.min(...later) : undefined;
}
