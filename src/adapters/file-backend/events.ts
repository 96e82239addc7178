import { safeParse } from 'valibot';
import type { JobUpdate } from '../../machines/generation/generation.port.js';
import { parseJson } from '../http/exchange.js';
import { type Errand, redact } from '../http/failure.js';
import type { FileOutput } from './file-backend.types.js';
import { type FileContext, toFileState, toJobUpdate } from './files.js';
import { toText } from './metadata.js';
import { type EventMembers, eventMembers, fileObject } from './wire.js';

type Update = JobUpdate<FileOutput>;

/** The job that is followed. */
export type Followed = {
  readonly errand: Errand;
  readonly files: readonly string[];
  readonly context: FileContext;
};

const types: readonly unknown[] = ['render_progress', 'render_result', 'file', 'task', 'task_status', 'data'];
const changed: Update = { kind: 'changed' };
const ignored: Update = { kind: 'ignored' };

/** One event, as far as it could be understood; a list, because names would weigh more than all that reads them. */
export type FileEvent = readonly [
  type?: unknown,
  /** The file that it names. */
  id?: string | null | undefined,
  body?: EventMembers,
  content?: unknown,
  /** Its members stand beside the type, as in older events. */
  isBare?: boolean,
];

/** Reads the data of an event. Of one that is unknown or does not fit, nothing but the type is left. */
export function toFileEvent(data: string): FileEvent {
  const json = parseJson(data);
  const event = safeParse(eventMembers, json);
  if (!event.success) return [];
  const { type } = event.output;
  // The object is sometimes JSON within JSON, and sometimes the file's bare id.
  const object = event.output.object ?? json;
  const content = typeof object === 'string' ? (parseJson(object) ?? { file_id: object }) : object;
  const body = safeParse(eventMembers, content);
  if (!types.includes(type) || !body.success) return [type];
  return [type, toFileId(type, body.output), body.output, content, object === json];
}

/** What one event says of the job: `ignored` if it is another's, of an unknown type, or does not fit. */
export function toEventUpdate(event: FileEvent, { errand, files, context }: Followed): Update {
  const [type, id, body, content, isBare] = event;
  // An error names nobody: one read tells whether the job was meant.
  if (type === 'error') return changed;
  if (!body || (id && !files.includes(id))) return ignored;
  if (type === 'render_progress') return toProgress(body, isBare, errand, files.length);
  // What one file of several has come to is not what the job has: one read tells.
  if (files.length > 1) return changed;

  const { status, value, file_url, url = file_url } = body;
  const result = type === 'data' ? value?.url : url;
  // Without an id it may be anyone's, and without a url (or a null in its place) it only says "read".
  if (!id || (result === undefined && type !== 'task')) return changed;
  const whole = safeParse(fileObject, content);
  const known = type === 'task' ? { tasks: [{ status }] } : { ...(whole.success && whole.output), url: result };
  const state = toFileState({ ...known, id }, context);
  return state.kind === 'unusable' || state.kind === 'settling' ? changed : toJobUpdate([state], errand.job);
}

/** A task and a project's datum have ids of their own, and a result may be a whole file. */
function toFileId(type: unknown, { id, file_id, value }: EventMembers): string | null | undefined {
  if (type === 'file') return id ?? file_id;
  return file_id ?? (type === 'render_result' ? id : value?.file_id);
}

/**
 * Within an object progress is 0..100, beside the type it is 0..1: the form decides, since 1 may mean either. One of
 * several files is as much of the job as it is of them.
 */
function toProgress(
  { progress, message }: EventMembers,
  isBare: boolean | undefined,
  errand: Errand,
  fileCount: number,
): Update {
  const share = typeof progress === 'number' ? progress / (isBare && progress <= 1 ? 1 : 100) : undefined;
  return {
    kind: 'pending',
    progress: share && Math.min(Math.max(share, 0), 1) / fileCount,
    message: redact(toText(message), errand) || undefined,
  };
}
