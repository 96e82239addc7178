import { safeParse } from 'valibot';
import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { FailureCode, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { toErrorResponse, toReason } from '../http/error-response.js';
import { readRefusal } from '../http/refusal.js';
import { isRefusal } from '../http/refusal-code.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toRetryAfterMs } from '../http/retry-after.js';
import type { FileOutput } from './file-backend.types.js';
import { type DoneState, type FileContext, type FileState, isGoingOn, toFileState } from './files.js';
import { toFileIds } from './ids.js';
import { type JobMemory, type RememberedJob, withPositionGone, withToldReason } from './job-memory.js';
import { toJobUpdate } from './job-update.js';
import type { BackendAnswer } from './requests.js';
import { fileObject } from './wire.js';

/** How a job is read: by one request for each of its files. */
type JobRead = {
  readonly job: JobRef;
  readonly fileContext: FileContext;
  readonly memory: JobMemory;
  /** Throws for a request that is not answered. */
  readonly readFile: (id: string) => Promise<BackendAnswer>;
};

type FailedRead = { readonly id: string; readonly error: unknown };
type FileRead =
  | { readonly id: string; readonly state: FileState; readonly readAfterMs?: number | undefined }
  | FailedRead;

/** The codes by which a backend says that a file has ended. */
const endedCodes: readonly FailureCode[] = ['job-failed', 'moderated', 'expired'];

/** After so many refusals in a row that say nothing certain, more of them cost only time. */
const maxRefusedReads = 3;

/** A file that is not found in so many reads after all others have ended is not made any more. */
const maxMissingReads = 60;

/** An error of one file alone is one of the read at first. After so many in a row the others are not kept from being shown … */
const maxFailedReads = 2;

/** … and after so many it is given up. */
const maxUnreadableReads = 10;

/** Reads the state of a job. @throws GenerationError if nothing is known of it */
export async function readJob(read: JobRead): Promise<JobUpdate<FileOutput>> {
  const { job, fileContext, memory } = read;
  const known = memory.of(job.id);
  const ids = toFileIds(job);
  const seen = ids.filter(id => known.done.has(id));
  const reads = await Promise.all(ids.map(id => readOne(id, seen.includes(id) ? known.done.get(id) : undefined, read)));
  const failed = reads.filter(each => 'error' in each);
  const isLast = reads.every(each => ('state' in each ? !isGoingOn(each.state) : isAnswer(each.error)));
  countUnread(reads, isLast, known);
  // If no file can be read, nothing new is known about the job.
  const [firstFailed] = failed;
  if (firstFailed && failed.length + seen.length === ids.length) {
    if (!isLast || !(await isAboutFiles(failed, seen, read, known))) throw firstFailed.error;
  }

  const states = withToldReason(
    isLast ? reads.map(each => toLastState(each, known, fileContext)) : reads.map(toState),
    job,
    fileContext.base,
    known,
  );
  const [first] = states;
  if (states.length === 1 && first?.kind === 'unusable') {
    throw toRequestError({ action: 'read', job }, 'invalid-response', first.reason.text);
  }
  memory.setDone(job, states);
  const hints = reads.flatMap(each => ('state' in each && each.readAfterMs !== undefined ? each.readAfterMs : []));
  return toJobUpdate(states, job, hints.length > 0 ? Math.max(...hints) : undefined);
}

async function readOne(id: string, seen: DoneState | undefined, read: JobRead): Promise<FileRead> {
  // A URL that works no longer is asked for again, and what is known of the file stays.
  const isFresh = seen && (seen.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now();
  if (isFresh) return { id, state: seen };
  try {
    return { id, ...(await readState(id, read)) };
  } catch (error) {
    return seen ? { id, state: seen } : { id, error };
  }
}

/** A file that cannot be read counts as pending. One that is not found may be there soon. */
const toState = (read: FileRead): FileState =>
  'state' in read ? read.state : { kind: 'pending', isUnreadable: !isNotFound(read.error) };

const isNotFound = (error: unknown): boolean => isGenerationError(error) && error.code === 'not-found';

/** The backend is reached, and takes requests. */
const isAnswer = (error: unknown): boolean =>
  isGenerationError(error) && error.failure.status !== undefined && !generalCodes.includes(error.code);

/** Codes of errors that are never about one file. */
const generalCodes: readonly FailureCode[] = ['rate-limited', 'busy', 'payment-required'];

function countUnread(reads: readonly FileRead[], isLast: boolean, { unread }: RememberedJob): void {
  for (const read of reads) {
    if ('state' in read) unread.delete(read.id);
    else if (isLast) unread.set(read.id, (unread.get(read.id) ?? 0) + 1);
  }
}

/**
 * Whether the errors are about these files alone, and not about the backend: it still answers for a file that was seen done.
 * What was seen done is then not lost by them.
 */
async function isAboutFiles(
  failed: readonly FailedRead[],
  seen: readonly string[],
  { readFile }: JobRead,
  { unread }: RememberedJob,
): Promise<boolean> {
  const [one] = seen;
  if (one === undefined) return false;
  if (failed.every(({ error }) => isNotFound(error))) return true;
  const isOfFile = ({ id, error }: FailedRead) => {
    const { status, code } = isGenerationError(error) ? error.failure : {};
    if (status === 401) return false;
    // Another read would only repeat it.
    const isRefused = code === 'bad-input' || code === 'unauthorized';
    return isNotFound(error) || isRefused || Number(unread.get(id)) > maxFailedReads;
  };
  if (!failed.every(isOfFile)) return false;
  const { response } = await readFile(one);
  return response.ok || response.status === 404 || response.status === 410;
}

/**
 * The state of a file when all others have ended. Some backends answer 404 for one that is still being made: only after many
 * reads it is lost.
 */
function toLastState(read: FileRead, { unread }: RememberedJob, { requestContext }: FileContext): FileState {
  if ('state' in read) return read.state;
  const { id, error } = read;
  const count = Number(unread.get(id));
  if (count < (isNotFound(error) ? maxMissingReads : maxUnreadableReads)) return toState(read);
  if (!isGenerationError(error) || isNotFound(error)) {
    return { kind: 'failed', id, reason: { code: 'job-failed', text: 'the backend no longer has it' } };
  }
  const { status, details } = error.failure;
  const said = toReason(readRefusal(details), requestContext);
  const text = `it may have been charged, but the backend answered ${status} to ${count} reads in a row${said && `: ${said}`}`;
  return { kind: 'failed', id, reason: { code: 'job-failed', text, status, details, isUncertain: true } };
}

type StateRead = { readonly state: FileState; readonly readAfterMs?: number | undefined };

async function readState(id: string, { job, fileContext, memory, readFile }: JobRead): Promise<StateRead> {
  const known = memory.of(job.id);
  const { response, body } = await readFile(id);
  const { requestContext: context } = fileContext;
  const file = safeParse(fileObject, body);
  const readAfterMs = toRetryAfterMs(response.headers);
  if (response.ok && file.success && file.output.id === id) {
    known.refused.delete(id);
    return { state: withPosition(toFileState(file.output, fileContext, body), known), readAfterMs };
  }
  if (!response.ok || isRefusal(body)) return { state: toRefusedState(id, { response, body }, context, known) };
  // Accepted, and nothing else to say.
  if (response.status === 202) return { state: { kind: 'pending' }, readAfterMs };
  throw toRequestError(context, 'invalid-response', `the answer is not the object of file ${id}`, { response });
}

/**
 * The state of a file whose read was refused, where the refusal is about the file.
 *
 * @throws GenerationError where it is about the read
 */
function toRefusedState(
  id: string,
  { response, body }: BackendAnswer,
  context: RequestContext,
  { refused }: RememberedJob,
): FileState {
  const error = toErrorResponse(body, response, context);
  // A 200 with an error that may be about anything.
  const isUnclear = error.code === 'invalid-response';
  const count = isUnclear ? (refused.get(id) ?? 0) + 1 : 0;
  refused.set(id, count);
  const isUncertain = count >= maxRefusedReads;
  if (!endedCodes.includes(error.code) && !isUncertain) throw error;
  const code = isUncertain ? 'job-failed' : error.code;
  const said = toReason(readRefusal(body), context);
  const text = said || (code === 'expired' ? 'its result has been deleted' : `the backend answered ${response.status}`);
  const { details, charged } = error.failure;
  const status = response.ok ? undefined : response.status;
  return { kind: 'failed', id, reason: { code, text, details, status, isUncertain }, charged };
}

function withPosition(state: FileState, known: RememberedJob): FileState {
  return isGoingOn(state) ? { ...state, news: withPositionGone(state.news ?? {}, known, true) } : state;
}
