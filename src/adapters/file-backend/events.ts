import { safeParse } from 'valibot';
import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { parseJson } from '../http/exchange.js';
import { type RequestContext, removeSecrets } from '../http/request-error.js';
import type { FileOutput } from './file-backend.types.js';
import { type FileContext, type KnownFile, toFileState, toJobUpdate } from './files.js';
import { toText } from './metadata.js';
import { type EventMembers, eventMembers, fileObject } from './wire.js';

type Update = JobUpdate<FileOutput>;

/** The job that an event may be about. */
export type FollowedJob = {
  readonly job: JobRef;
  readonly fileIds: readonly string[];
  readonly fileContext: FileContext;
  readonly requestContext: RequestContext;
};

/** What is known of the object of an event. */
type EventObject = {
  readonly members: EventMembers;
  /** The whole object as it came. */
  readonly value: unknown;
  /** Older events have the members beside `type`, and no object. */
  readonly isFlat: boolean;
};

/** One event. Of an event that is unknown or has the wrong shape, nothing but the type is kept. */
export type FileEvent = {
  readonly type?: unknown;
  /** The file that the event names. */
  readonly fileId?: string | null | undefined;
  readonly object?: EventObject | undefined;
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
  if (!knownTypes.includes(type) || !members.success) return { type };
  return {
    type,
    fileId: toFileId(type, members.output),
    object: { members: members.output, value, isFlat: value === json },
  };
}

/** The object of an event is sometimes JSON within JSON, and sometimes the bare id of the file. */
function toObjectValue(object: unknown): unknown {
  return typeof object === 'string' ? (parseJson(object) ?? { file_id: object }) : object;
}

/** The update that an event brings to a job. `ignored` if it is about another job, is unknown or has the wrong shape. */
export function toEventUpdate({ type, fileId, object }: FileEvent, followed: FollowedJob): Update {
  const { fileIds, fileContext, job } = followed;
  // An error names no file. A read shows whether it was about this job.
  if (type === 'error') return changed;
  if (!object || (fileId && !fileIds.includes(fileId))) return ignored;
  if (type === 'render_progress') return toProgress(object, followed);
  // One file of a batch does not decide what becomes of the job. A read does.
  if (fileIds.length > 1) return changed;

  const file = toKnownFile(type, fileId, object);
  if (!file) return changed;
  const state = toFileState(file, fileContext);
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
  if (type === 'task') return { id, tasks: [{ status: members.status }] };
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
  { members: { progress, message }, isFlat }: EventObject,
  { fileIds, requestContext }: FollowedJob,
): Update {
  return {
    kind: 'pending',
    progress: typeof progress === 'number' ? toFraction(progress, isFlat) / fileIds.length : undefined,
    message: removeSecrets(toText(message), requestContext) || undefined,
  };
}

function toFraction(progress: number, isFlat: boolean): number {
  const isFraction = isFlat && progress <= 1;
  return Math.min(Math.max(isFraction ? progress : progress / 100, 0), 1);
}
