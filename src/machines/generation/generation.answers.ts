import { isObject } from '../json.js';
import { nearestName } from '../options.js';
import { warn } from '../warning.js';
import { createFailure, GenerationError, isGenerationError } from './generation.errors.js';
import {
  invalidJobMessage,
  invalidUpdateMessage,
  unknownErrorMessage,
  unnamedFailureMessage,
} from './generation.messages.js';
import type { Failure, JobOutcome, JobRef, JobUpdate, JsonValue, Submission } from './generation.port.js';

// What an adapter answers, held to the types of the port: an adapter may be written in JavaScript, and its backend may answer
// anything. What can be read is kept, because the job may be charged.

/** Longer texts are logs. */
const maxTextLength = 2_000;
const maxDetailsLength = 8_000;

type Members = { readonly [name: string]: unknown };

const kinds = ['pending', 'changed', 'ignored', 'succeeded', 'failed', 'cancelled'] as const;
export const isKnownKind = (kind: string): boolean => kinds.some(known => known === kind);
const pendingNames = ['kind', 'phase', 'progress', 'message', 'backendPosition', 'previews', 'etaMs', 'readAfterMs'];
/** The members of each kind of update. */
export const updateMembers: { readonly [kind: string]: readonly string[] } = {
  pending: pendingNames,
  succeeded: ['kind', 'output', 'expiresAt', 'cost', 'durationMs'],
  failed: ['kind', 'failure'],
  cancelled: ['kind', 'charged', 'cost', 'stopped'],
};

const told = new Set<string>();
const isNew = (text: string) => !told.has(text) && told.add(text) === told;

/** During development. Once, because an adapter makes the same mistake in each answer. */
function warnOfUnknownMembers(call: string, kind: string, update: Members): void {
  const names = updateMembers[kind];
  const unknown = names && Object.keys(update).find(name => !names.includes(name));
  if (!names || unknown === undefined) return;
  const text = `The adapter's ${call}() answered with a ${kind} update that has the unknown member "${unknown}", which is ignored. Did you mean "${nearestName(unknown, names)}"?`;
  if (isNew(text)) warn(text);
}

/** A share that was computed may be a little too large. */
const mostProgress = 1.01;

function warnOfProgress(call: string, progress: unknown): void {
  if (typeof progress !== 'number' || progress <= mostProgress) return;
  const text = `The adapter's ${call}() answered with a progress above 1, which is shown as 100 %. It counts from 0 to 1: divide percent by 100.`;
  if (isNew(text)) warn(text);
}

const toNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
/** Without control characters, except for line breaks and tabs. */
const toText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
        .slice(0, maxTextLength)
        .replace(/[^\P{Cc}\n\t]/gu, '')
    : undefined;
const orNull = <TValue>(value: unknown, read: (value: unknown) => TValue | undefined) =>
  value === null ? null : read(value);
const toCharged = (value: unknown): Failure['charged'] | undefined =>
  value === 'no' || value === 'maybe' || value === 'yes' ? value : undefined;
const toTime = (value: unknown): number | undefined => (Number.isFinite(value) ? Number(value) : undefined);

const toCost = (value: unknown) =>
  isObject(value) && Number.isFinite(value['amount']) && typeof value['unit'] === 'string'
    ? { amount: Number(value['amount']), unit: value['unit'] }
    : undefined;

const toPreviews = (value: unknown) =>
  Array.isArray(value)
    ? value.filter((preview): preview is { url: string } => isObject(preview) && typeof preview['url'] === 'string')
    : undefined;

/** JSON as a later page gets it; `undefined` for what is none, or too long. */
function toJson(value: unknown, maxLength = Number.POSITIVE_INFINITY): JsonValue | undefined {
  try {
    const text = JSON.stringify(value);
    return text === undefined || text.length > maxLength ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A failure as plain data, whatever an adapter puts into one. */
export function checkedFailure(failure: unknown, call: string): Failure {
  const { code, message, retryable, resumable, charged, job, status, details, retryAfterMs }: Members = isObject(
    failure,
  )
    ? failure
    : {};
  const known = toJob(job);
  return {
    // A code of another version of this library is passed on.
    code: typeof code === 'string' ? (code as Failure['code']) : 'job-failed',
    message: toText(message) || unnamedFailureMessage(call),
    retryable: retryable === true,
    resumable: resumable === true,
    charged: toCharged(charged) ?? 'maybe',
    ...(known && { job: known }),
    ...(toNumber(status) !== undefined && { status: Number(status) }),
    ...(details !== undefined && { details: toJson(details, maxDetailsLength) }),
    ...(toTime(retryAfterMs) !== undefined && { retryAfterMs: Number(retryAfterMs) }),
  };
}

/**
 * An update as the port allows it.
 *
 * @throws GenerationError that names the member which the port does not allow, and the type of its value
 */
export function checkedUpdate<TOutput>(update: unknown, call: string, job: JobRef | undefined): JobUpdate<TOutput> {
  const members: Members = isObject(update) ? update : {};
  const kind = kinds.find(known => known === members['kind']);
  if (!kind) throw new GenerationError(createFailure('invalid-response', invalidUpdateMessage(call, job, update), job));
  warnOfUnknownMembers(call, kind, members);
  const {
    phase,
    progress,
    message,
    backendPosition,
    previews,
    etaMs,
    readAfterMs,
    expiresAt,
    cost,
    charged,
    durationMs,
    stopped,
  } = members;
  switch (kind) {
    case 'pending':
      warnOfProgress(call, progress);
      return {
        kind,
        phase: phase === 'queued' || phase === 'running' ? phase : undefined,
        progress: toNumber(progress),
        message: orNull(message, toText),
        backendPosition: orNull(backendPosition, toNumber),
        previews: toPreviews(previews),
        etaMs: toTime(etaMs),
        readAfterMs: toNumber(readAfterMs),
      };
    case 'succeeded':
      return {
        kind,
        output: members['output'] as TOutput,
        expiresAt: toTime(expiresAt),
        cost: toCost(cost),
        durationMs: Number(durationMs) >= 0 ? toNumber(durationMs) : undefined,
      };
    case 'failed':
      return { kind, failure: checkedFailure(members['failure'], call) };
    case 'cancelled':
      return { kind, charged: toCharged(charged), cost: toCost(cost), ...(stopped === false && { stopped }) };
    default:
      return { kind };
  }
}

export const isOutcome = <TOutput>(update: JobUpdate<TOutput>): update is JobOutcome<TOutput> =>
  update.kind === 'succeeded' || update.kind === 'failed' || update.kind === 'cancelled';

/** A job as a later page gets it: members that are no JSON are left out, because the job may be charged. */
export function toJob(job: unknown): JobRef | undefined {
  if (!isObject(job)) return undefined;
  const given = readMember(job, 'id');
  const id = typeof given === 'number' || typeof given === 'bigint' ? String(given) : given;
  if (typeof id !== 'string' || id.trim() === '') return undefined;
  const kept = Object.keys(job).flatMap(name => {
    const member = toJson(readMember(job, name));
    return member === undefined ? [] : [[name, member] as const];
  });
  return { ...Object.fromEntries(kept), id };
}

function readMember(members: Members, name: string): unknown {
  try {
    return members[name];
  } catch {
    return undefined;
  }
}

/**
 * The job that the backend has accepted. An update that the port does not allow is left out: a read shows what it is about.
 *
 * @throws GenerationError where no job can be read, naming the member and the type of its value
 */
export function checkedSubmission<TOutput>(answer: unknown, call: string, id: string): Submission<TOutput> {
  const { job: given, update } = isObject(answer) ? answer : ({} as Members);
  const job = toJob(given);
  if (!job) throw new GenerationError(createFailure('invalid-response', invalidJobMessage(id, given)));
  if (update === undefined || update === null) return { job };
  try {
    return { job, update: checkedUpdate<TOutput>(update, call, job) };
  } catch (error) {
    if (isGenerationError(error)) warn(error.message);
    return { job };
  }
}

export type FailedCall = { readonly failure: Failure; readonly retryAfterMs?: number | undefined };

/** What a call of the adapter throws, as data. Any error but ours leaves it open whether the request arrived. */
export function toFailedCall(error: unknown, call: string): FailedCall {
  try {
    if (isGenerationError(error)) {
      const failure = checkedFailure(error.failure, call);
      return { failure, retryAfterMs: toNumber(error.retryAfterMs) ?? failure.retryAfterMs };
    }
  } catch {
    // Its members throw, as those of a revoked proxy do.
  }
  return { failure: createFailure('network', unknownErrorMessage(call, error)) };
}
