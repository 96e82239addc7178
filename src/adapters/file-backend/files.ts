import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { toResultUrl } from '../http/result-url.js';
import type { FailedFile, FileKind, FileMetadata, FileOutput, GeneratedFile } from './file-backend.types.js';
import { toMembers, toMetadata, toText } from './metadata.js';
import type { FileObject } from './wire.js';

/** What stays the same as long as a job exists: what was asked for, and how to resolve the URLs of its results. */
export type FileContext = {
  readonly kind: FileKind;
  readonly request: FileMetadata;
  readonly base: string | undefined;
};

/**
 * The state of one file. `unusable`: it has a URL that a page must not load. `awaiting-url`: all its tasks are completed,
 * but it has no URL yet.
 */
export type FileState =
  | { readonly kind: 'done'; readonly file: GeneratedFile }
  | { readonly kind: 'failed' | 'unusable'; readonly failed: FailedFile }
  | { readonly kind: 'pending' | 'awaiting-url' };

/** The members of a file object that are known so far. */
export type KnownFile = Partial<FileObject> & Pick<FileObject, 'id'>;

/** How soon to read again when the result is expected at any moment. */
const readSoonMs = 1_000;

/** A file with a URL is done, whatever its tasks say. Tasks of other files do not count. */
export function toFileState(file: KnownFile, { kind, request, base }: FileContext): FileState {
  const { id, thumbnail_url, type, image_generation, video_generation, duration } = file;
  if (file.url) {
    const url = toResultUrl(file.url, base);
    if (!url) {
      const message = 'its URL is neither http(s) nor blob nor an image or video data URL, so it must not be shown';
      return { kind: 'unusable', failed: { id, message } };
    }
    const thumbnailUrl = toResultUrl(toText(thumbnail_url), base);
    const metadata = toMetadata(image_generation, video_generation, { duration }, request);
    return { kind: 'done', file: { id, url, thumbnailUrl, type: toText(type) ?? kind, metadata } };
  }
  const tasks = (file.tasks ?? []).map(toMembers).filter(task => (task.get('file_id') ?? id) === id);
  const statuses = tasks.map(task => task.get('status'));
  if (statuses.includes('error')) {
    return { kind: 'failed', failed: { id, message: 'a task of this file failed at the backend' } };
  }
  const isCompleted = statuses.length > 0 && statuses.every(status => status === 'completed');
  return { kind: isCompleted ? 'awaiting-url' : 'pending' };
}

/** The update of a job from the states of its files. A batch is pending as long as one of its files is. */
export function toJobUpdate(states: readonly FileState[], job: JobRef): JobUpdate<FileOutput> {
  const files = states.flatMap(state => ('file' in state ? state.file : []));
  const failed = states.flatMap(state => ('failed' in state ? state.failed : []));
  const endedCount = files.length + failed.length;
  if (endedCount < states.length) {
    // The stream reports the first file of a batch only: once one file has ended, the others are expected soon.
    const isExpectedSoon = endedCount > 0 || states.some(({ kind }) => kind === 'awaiting-url');
    return {
      kind: 'pending',
      progress: endedCount / states.length || undefined,
      readAfterMs: isExpectedSoon ? readSoonMs : undefined,
    };
  }
  if (files.length > 0) return { kind: 'succeeded', output: { files, failed } };
  const reasons = failed.map(({ id, message }) => `file ${id}: ${message}`).join(', ');
  return {
    kind: 'failed',
    failure: {
      code: 'job-failed',
      message: `Job ${job.id} failed: ${reasons}. Submit again to start a new job.`,
      retryable: true,
      resumable: false,
      charged: 'maybe',
      job,
    },
  };
}
