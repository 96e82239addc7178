import { safeParse } from 'valibot';
import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { parseJson } from '../http/exchange.js';
import type { FileOutput } from './file-backend.types.js';
import { type FileContext, type KnownFile, toFileState } from './files.js';
import { toId } from './ids.js';
import { type RememberedJob, withPositionGone } from './job-memory.js';
import { toJobUpdate } from './job-update.js';
import { toMembers } from './metadata.js';
import { toNews, toStatus } from './news.js';
import { type FailureReason, isTold, toFailureReason, toSaid } from './reasons.js';
import { type EventMembers, eventMembers, fileObject } from './wire.js';

type Update = JobUpdate<FileOutput>;

/** The job that an event may be about. */
export type FollowedJob = {
  readonly job: JobRef;
  readonly fileIds: readonly string[];
  readonly fileContext: FileContext;
  readonly known: RememberedJob;
};

/** What is known of the object of an event. */
type EventObject = {
  readonly members: EventMembers;
  /** The whole object as it came. */
  readonly value: unknown;
  /** Older events have the members beside `type`, and no object. */
  readonly isFlat: boolean;
};

/** One event. Of an event that is unknown or has the wrong shape, nothing is kept. */
export type FileEvent = {
  readonly type?: unknown;
  /** The file that the event names. */
  readonly fileId?: string | null | undefined;
  readonly object?: EventObject | undefined;
  /** What an `error` says. It names no file. */
  readonly error?: readonly object[] | undefined;
};

const knownTypes: readonly unknown[] = ['render_progress', 'render_result', 'file', 'task', 'task_status', 'data'];
const changed: Update = { kind: 'changed' };
const ignored: Update = { kind: 'ignored' };

/** Parses the data of an event. Never throws. */
export function toFileEvent(data: string): FileEvent {
  const json = parseJson(data);
  const event = safeParse(eventMembers, json);
  if (!event.success) return {};
  const { type } = event.output;
  const value = toObjectValue(event.output.object ?? json);
  const members = safeParse(eventMembers, value);
  if (type === 'error') return { type, fileId: toErrorFileId(json, value), error: toErrorParts(json, value) };
  if (!knownTypes.includes(type) || !members.success) return {};
  return {
    type,
    fileId: toFileId(type, members.output),
    object: { members: members.output, value, isFlat: value === json },
  };
}

/** An `error` names no file in most cases. */
function toErrorFileId(json: unknown, value: unknown): string | undefined {
  const places = [json, toMembers(json).get('data'), value].map(toMembers);
  return places.map(place => toId(place.get('file_id'))).find(id => id !== undefined && !id.includes(' '));
}

/** What an `error` says: beside its type, in its data or in its object. A text of one word may be an id. */
function toErrorParts(json: unknown, value: unknown): readonly object[] {
  const { data, ...said } = toSaid(json);
  const words = toMembers(value).get('file_id');
  const isSentence = typeof words === 'string' && words.includes(' ');
  return [said, toSaid(data), value === json ? {} : toSaid(value), isSentence ? { error: words } : {}];
}

/** The object of an event is sometimes JSON within JSON, and sometimes the bare id of the file. */
function toObjectValue(object: unknown): unknown {
  if (typeof object === 'number') return { file_id: object };
  if (typeof object !== 'string') return object;
  const value = parseJson(object);
  // A bare id may be one of digits only.
  return typeof value === 'object' && value !== null ? value : { file_id: object };
}

/** The update that an event brings to a job. `ignored` if it is about another job, is unknown or has the wrong shape. */
export function toEventUpdate({ type, fileId, object }: FileEvent, followed: FollowedJob): Update {
  const { fileIds, fileContext, job } = followed;
  // An error says no more. A read shows whether it was about this job.
  if (type === 'error') return fileId && !fileIds.includes(fileId) ? ignored : changed;
  if (!object || (fileId && !fileIds.includes(fileId))) return ignored;
  if (type === 'render_progress') return toProgress(object, fileId, followed);
  // One file of a batch does not decide what becomes of the job. A read does.
  if (fileIds.length > 1) return changed;

  const file = toKnownFile(type, fileId, object);
  if (!file) return changed;
  const whole = type === 'task' || !object.members.id ? file : object.value;
  const state = toFileState(file, fileContext, whole);
  return state.kind === 'unusable' || state.kind === 'awaiting-url' ? changed : toJobUpdate([state], job);
}

/** Tasks and project data have ids of their own. A result may be a whole file object. */
function toFileId(type: unknown, { id, file_id, value }: EventMembers): string | null | undefined {
  if (type === 'file') return id ?? file_id;
  if (type === 'render_result') return file_id ?? id;
  return file_id ?? value?.file_id;
}

/** What an event says about a file. `undefined` if it only says that something has changed. */
function toKnownFile(
  type: unknown,
  id: string | null | undefined,
  { members, value }: EventObject,
): KnownFile | undefined {
  // Without an id the event may be about any file.
  if (!id) return undefined;
  if (type === 'task') return { id, tasks: [{ ...Object.fromEntries(toMembers(value)), file_id: id }] };
  const { value: projectValue, file_url, url: ownUrl = file_url } = members;
  const url = type === 'data' ? projectValue?.url : ownUrl;
  // `null` says that there is no URL yet. An absent URL says nothing.
  if (url === undefined) return undefined;
  const wholeFile = safeParse(fileObject, value);
  return { ...(wholeFile.success && wholeFile.output), id, url };
}

/**
 * Within an object progress is 0..100, beside the type it is 0..1 or 0..100: 1 means the whole there, and one percent
 * here. The progress of one file of a batch is its share of the job's.
 */
function toProgress(
  { value, isFlat }: EventObject,
  fileId: string | null | undefined,
  { fileIds, fileContext, known }: FollowedJob,
): Update {
  const told = toNews(toMembers(value), fileContext.requestContext.secrets, fileContext.base, isFlat);
  const { previewUrl, ...news } = withPositionGone(told, known, false);
  return {
    kind: 'pending',
    ...news,
    progress: news.progress && news.progress / fileIds.length,
    previews: previewUrl ? [{ url: previewUrl, index: Math.max(0, fileIds.indexOf(fileId ?? '')) }] : undefined,
  };
}

/**
 * Why the job has failed or fails, as an event tells it. The file object may not say it. An `error` that
 * names no file comes only on a channel of one job.
 */
export function toReportedReason(
  { type, fileId, object, error }: FileEvent,
  followed: FollowedJob,
): FailureReason | undefined {
  const { fileIds, fileContext } = followed;
  const isNamed = fileIds.some(id => id === fileId);
  const isError = type === 'error' || toStatus(object?.members.status) === 'error';
  const isOwn = isError && (isNamed || (type === 'error' && !fileId));
  if (!isOwn) return undefined;
  const reason = toFailureReason(error ?? [toSaid(object?.value)], fileContext.requestContext);
  return isTold(reason) ? reason : undefined;
}
