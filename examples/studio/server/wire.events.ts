import type { FileEvent } from './channels.js';
import type { Faults } from './faults.js';
import { previewMember, queueMembers, renderTask, toFileObject } from './file.object.js';
import type { FileRecord } from './jobs.js';
import type { MediaUrls } from './media.urls.js';

/** An event on the wire. */
export type WireEvent = { readonly type: string; readonly object?: unknown; readonly [member: string]: unknown };

/** Converts a file event to the events that the backend sends for it. */
export function toWireEvents(
  event: FileEvent,
  file: FileRecord,
  urls: MediaUrls,
  faults: Faults,
): readonly WireEvent[] {
  switch (event.kind) {
    case 'queued':
      return [queuedEvent(file)];
    case 'cancelled':
      return [{ type: 'file', object: toFileObject(file, urls, faults) }];
    case 'started':
      return [task(file), progressEvent(file, 0, 'Waiting for the brush', urls, faults)];
    case 'progressed':
      return [progressEvent(file, event.progress, event.message, urls, faults)];
    case 'rendered':
      if (faults.resultForm !== undefined) return [];
      return [task(file), { type: 'file', object: toFileObject(file, urls, faults) }];
    case 'published':
      return resultEvents(file, urls, faults);
    case 'thumbnailed':
      return faults.resultForm === undefined || faults.resultForm === 'file'
        ? [{ type: 'file', object: toFileObject(file, urls, faults) }]
        : [];
    case 'repeated':
      return [{ type: 'file', object: toFileObject(file, urls, faults) }];
    case 'failed':
      return errorEvents(file, event.message, faults);
  }
}

const task = (file: FileRecord): WireEvent => ({ type: 'task', object: renderTask(file) });

const queuedEvent = (file: FileRecord): WireEvent => ({
  type: 'render_progress',
  object: { file_id: file.id, progress: 0, message: 'Waiting for a free brush', ...queueMembers(file) },
});

function progressEvent(
  file: FileRecord,
  progress: number,
  message: string,
  urls: MediaUrls,
  { progressScale }: Faults,
): WireEvent {
  if (progressScale === '0..1-top-level') return { type: 'render_progress', progress };
  const object = {
    progress: Math.round(progress * 100),
    file_id: file.id,
    message,
    ...previewMember(file, urls),
    ...queueMembers(file),
  };
  return { type: 'render_progress', object };
}

function resultEvents(file: FileRecord, urls: MediaUrls, faults: Faults): readonly WireEvent[] {
  const file_id = file.id;
  const { kind: type } = file.request;
  const project_id = file.projectId;
  const url = () => (faults.rotatedUrl ? urls.rotated(file) : urls.image(file));
  const whole = () => toFileObject(file, urls, faults);
  switch (faults.resultForm) {
    case undefined:
      return [
        { type: 'file', object: whole() },
        task(file),
        { type: 'render_result', object: { file_id, url: url() } },
      ];
    case 'file':
      return [{ type: 'file', object: whole() }];
    case 'file_changed':
      return [{ type: 'file', object: { file_id } }];
    case 'render_result':
      return [{ type: 'render_result', object: { file_id, url: url() } }];
    case 'render_result_file_url':
      return [{ type: 'render_result', object: { file_id, file_url: url() } }];
    case 'render_result_object':
      return [{ type: 'render_result', object: whole() }];
    case 'data':
      return [{ type: 'data', object: { type, project_id, value: { url: url(), file_id } } }];
    case 'data_file_id':
      return [{ type: 'data', object: { type, project_id, value: { file_id } } }];
    case 'task':
      return [task(file)];
    case 'task_status':
      return [{ type: 'task_status', object: { status: 'COMPLETED' } }];
    case 'none':
      return [];
  }
}

function errorEvents(file: FileRecord, error: string, { errorForm }: Faults): readonly WireEvent[] {
  switch (errorForm) {
    case undefined:
      return [task(file), { type: 'error', error }];
    case 'task':
      return [task(file)];
    case 'error':
      return [{ type: 'error', error }];
    case 'error-data':
      return [{ type: 'error', data: { error } }];
    case 'none':
      return [];
  }
}

/**
 * The `data:` lines of one event, with the extra events of the faults. `shared` channels are those of a project or a user,
 * where an `error` names no job.
 */
export function toDataLines(event: WireEvent, faults: Faults, shared: boolean): readonly string[] {
  const { foreignEvents, unknownEvents, brokenEvents, duplicateEvents = 0, objectForm } = faults;
  const line = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
  const wrapped = objectForm === 'json-string' && event.object !== undefined;
  const sent = wrapped ? { ...event, object: JSON.stringify(event.object) } : event;
  const noise = [
    ...(unknownEvents ? [line({ type: 'entity', object: { id: 'entity-1' } }), line({ type: 'weather' })] : []),
    ...(brokenEvents ? ['data: {"type":"file","obj\n\n'] : []),
    ...(foreignEvents ? foreignEventsLike(event, shared).map(line) : []),
  ];
  return [...noise, ...Array.from({ length: duplicateEvents + 1 }, () => line(sent))];
}

/** The result of another file, and the failure of another job. */
function foreignEventsLike({ type, object }: WireEvent, shared: boolean): readonly WireEvent[] {
  const id = 'another-file';
  const foreign = {
    ...(typeof object === 'object' ? object : {}),
    id,
    file_id: id,
    url: 'https://example.com/another.png',
  };
  const failed = { id: 'another-task', status: 'error', file_id: id };
  const error: WireEvent = { type: 'error', error: 'Another job has failed.' };
  return [{ type, object: foreign }, { type: 'task', object: failed }, ...(shared ? [error] : [])];
}
