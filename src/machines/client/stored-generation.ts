import type { Failure, JobRef, JsonValue } from '../generation/generation.port.js';
import type { ResumeToken } from '../generation/generation.types.js';
import type { GenerationStatus } from '../generation/generation.view.js';
import type { StoredGeneration } from './client.port.js';
import type { RunView } from './run.types.js';

/** How a record changes. Pure: a store may ask more than once. */
export type RecordChange = (record: StoredGeneration | undefined) => StoredGeneration | undefined;

/** A record as it is before anything was submitted. */
export const firstRecord = (
  id: string,
  now: number,
  rest: Pick<StoredGeneration, 'description' | 'input'>,
): StoredGeneration => ({
  version: 1,
  token: { version: 1, id, idempotencyKey: id, cancelRequested: false },
  createdAt: now,
  updatedAt: now,
  ...rest,
});

/** Longer than a submit takes, unless a policy says otherwise. */
const doubtMs = 150_000;

/** For how long yet a record without a job may be that of a submit under way in a tab that cannot be asked. */
export const doubtLeftMs = ({ record }: { readonly record: StoredGeneration }, now: number): number =>
  record.updatedAt + doubtMs - now;

/** None of these brings a record back that somebody has removed. */
export const withNews =
  (token: ResumeToken, message: string | undefined, now: number): RecordChange =>
  record =>
    record && {
      ...record,
      // Another tab may have asked for the end meanwhile.
      token: { ...token, cancelRequested: token.cancelRequested || record.token.cancelRequested },
      message,
      updatedAt: now,
    };

export const withFailure =
  (failed: StoredGeneration, now: number): RecordChange =>
  record =>
    record && { ...record, token: failed.token, failure: failed.failure, message: undefined, updatedAt: now };

export const withCancelWish =
  (now: number): RecordChange =>
  record =>
    record && { ...record, token: { ...record.token, cancelRequested: true }, updatedAt: now };

export const asTold =
  (now: number): RecordChange =>
  record =>
    // Not written twice: each write is told to the other tabs.
    record && !record.isTold ? { ...record, isTold: true, updatedAt: now } : record;

export const asRemoved: RecordChange = () => undefined;

/** What a failed one is followed again from: the same job and id, a new deadline. */
export const renewed = ({ token, ...record }: StoredGeneration, now: number): StoredGeneration => {
  const { deadlineAt: _, ...kept } = token;
  return { ...record, token: { ...kept, cancelRequested: false }, failure: undefined, updatedAt: now };
};

/** What a record says of where its generation is. */
const statusOf = ({ failure, token }: StoredGeneration): Exclude<GenerationStatus, 'idle'> => {
  if (failure) return 'failed';
  if (token.cancelRequested) return 'cancelling';
  return token.job ? 'polling' : 'submitting';
};

/** What a page shows of a generation that is not followed here. */
export function viewStored<TOutput>(record: StoredGeneration, isElsewhere: boolean): RunView<TOutput> {
  const { token, message, failure } = record;
  const status = statusOf(record);
  const isRunning = failure === undefined;
  return {
    status,
    connection: 'none',
    progress: token.progress,
    message: isRunning ? message : undefined,
    backendPosition: undefined,
    previews: noPreviews,
    output: undefined,
    failure,
    stopped: undefined,
    charged: failure?.charged,
    isRunning,
    canCancel: isRunning && status !== 'cancelling',
    job: token.job,
    isElsewhere: isRunning && isElsewhere,
  };
}

const noPreviews: RunView<never>['previews'] = [];

/** A failure that can be followed again, as it stays on record. */
export const failedRecord = (record: StoredGeneration, failure: Failure, job: JobRef): StoredGeneration => ({
  ...record,
  token: { ...record.token, job, cancelRequested: false },
  message: undefined,
  failure,
});

/** The value itself, if all of it survives JSON; else nothing. */
export function toJson(value: unknown): JsonValue | undefined {
  const survives = (part: unknown): part is JsonValue =>
    part === null ||
    typeof part === 'string' ||
    typeof part === 'boolean' ||
    Number.isFinite(part) ||
    (Array.isArray(part) && part.every(survives)) ||
    (typeof part === 'object' &&
      !('toJSON' in part) &&
      [Object.prototype, null].includes(Object.getPrototypeOf(part)) &&
      Object.values(part).every(member => member === undefined || survives(member)));
  return survives(value) ? value : undefined;
}
