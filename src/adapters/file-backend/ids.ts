import type { JobRef } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';

/** Longer than any id of a backend. */
const maxIdLength = 10_000;

/** An id as text: backends send numbers, too. A number that JavaScript rounds is another one's id. */
export function toId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === 'string' && value !== '' && value.length <= maxIdLength ? value : undefined;
}

/** A path, a URL or the name of a file, which is no id. */
const label = /[/\\]|\.(?:png|jpe?g|webp|gif|avif|svg|bmp|mp4|webm|mov|mkv|mp3|wav|ogg|flac)$/i;

/** The id of a thing that is told by itself or by an object: of an object its own id, and never its name. */
export function toListedId(entry: unknown): string | undefined {
  if (isObject(entry)) return toId(entry['fileId']) ?? toId(entry['file_id']) ?? toId(entry['id']);
  const id = toId(entry);
  return id === undefined || label.test(id) ? undefined : id;
}

/** The entries of a list that may name files. A number among texts and objects is a count, and no id. */
export function toListedFiles(list: unknown): readonly unknown[] {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  const areNumbers = entries.every(entry => typeof entry === 'number');
  return areNumbers ? entries : entries.filter(entry => typeof entry !== 'number');
}

/** Where the body of a refusal may name what it is about. */
const toPlaces = (body: unknown): readonly unknown[] => {
  if (!isObject(body)) return [];
  const { error, data, detail, details } = body;
  return [body, error, data, detail, details];
};

const firstIdOf = (places: readonly unknown[], ...names: readonly string[]): string | undefined =>
  places
    .flatMap(place => (isObject(place) ? names.map(name => toId(place[name])) : []))
    .find(id => id !== undefined && !label.test(id));

/**
 * The ids that a refusal names: those of the files that it is about, and one of a task of which only the backend knows. A bare
 * `id` may be that of a request.
 */
export function toRefusedIds(body: unknown): { readonly ids: readonly string[]; readonly taskId?: string | undefined } {
  const places = toPlaces(body);
  const fileId = firstIdOf(places, 'fileId', 'file_id');
  const listed = places.flatMap(place => (isObject(place) ? toListedFiles(place['files']) : []));
  const ids = new Set([...(fileId === undefined ? [] : [fileId]), ...listed.flatMap(entry => toListedId(entry) ?? [])]);
  return { ids: [...ids], taskId: firstIdOf(places, 'taskId', 'task_id', 'jobId', 'job_id') };
}

/**
 * The ids of a {@link fileBackend} job's files: one for each file of a batch, otherwise the job's id.
 *
 * @example
 * const ids = jobs.flatMap(toFileIds);
 */
export function toFileIds({ id, files }: JobRef): readonly string[] {
  const ids = Array.isArray(files) ? files.flatMap(file => toId(file) ?? []) : [];
  return ids.length > 0 ? ids : [id];
}
