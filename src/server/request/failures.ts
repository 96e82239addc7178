import type { Failure, FailureCode, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';

/** What a page gets to read where the vendor's own words stay here. */
const texts: Readonly<Record<FailureCode, string>> = {
  'bad-input': 'The backend refused the input. Change it, then submit again',
  unauthorized: 'The backend refused the credentials of the server. Tell its operator',
  'payment-required': 'The account has not enough credits. Add some, then submit again',
  'rate-limited': 'The backend has had too many requests. Try again later',
  'not-found': 'The backend does not know the job. It may have been deleted',
  'invalid-response': 'The backend answered with something that cannot be read. Try again later',
  network: 'The backend could not be reached. Try again later',
  timeout: 'The backend did not answer in time. Try again later',
  unreachable:
    'The backend could not be reached for a while. The job may be running: follow it again, which costs nothing',
  deadline: 'The job did not end before its deadline. It may be running: follow it again, which costs nothing',
  interrupted: 'The answer of the backend was lost. The job may be running and may have been charged',
  'job-failed': 'The job failed. Submit again to start a new one',
  moderated: 'The backend refused the content. Change the prompt or the image, then submit again',
  busy: 'The backend is busy. Submit again later',
  expired: 'The result has been deleted. Submit again to generate it anew',
  'event-too-large': 'The backend sent an event that is too large. Try again later',
  'storage-full': 'The storage of the server is full. Tell its operator',
};

const neverSent = 'The server stopped before it asked the backend. Nothing was submitted. Submit again';

const textOf = ({ code, charged }: Failure): string =>
  code === 'interrupted' && charged === 'no' ? neverSent : texts[known(code)];

const known = (code: FailureCode): FailureCode => (Object.keys(texts).includes(code) ? code : 'job-failed');

/**
 * A failure as the page gets it: about its own job, and without the words of the vendor unless they are shown.
 *
 * @param job what the page calls the job; without one the failure names none
 */
export function toToldFailure(failure: Failure, job: JobRef | undefined, isShown: boolean): Failure {
  const { code, details, message, ...rest } = failure;
  const { job: _, ...flags } = rest;
  const words = isShown
    ? { message, ...(details !== undefined && { details }) }
    : { message: `${job ? `Job ${job.id}: ` : ''}${textOf(failure)}.` };
  return { code, ...flags, ...words, ...(job && { job }) };
}

/** An update as the page gets it. */
export function toToldUpdate(update: JobUpdate<unknown>, job: JobRef, isShown: boolean): JobUpdate<unknown> {
  return update.kind === 'failed' ? { kind: 'failed', failure: toToldFailure(update.failure, job, isShown) } : update;
}

const statusByCode: Partial<Record<FailureCode, number>> = {
  'bad-input': 422,
  moderated: 422,
  'payment-required': 402,
  'rate-limited': 429,
  busy: 503,
  'not-found': 404,
  expired: 410,
  timeout: 504,
};

/** The status of a failure. The server's own key that a vendor refuses is not the page's: signing in again does not help. */
export const toStatus = (code: FailureCode): number => statusByCode[code] ?? 502;
