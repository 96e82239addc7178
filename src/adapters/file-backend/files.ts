import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { toError } from '../http/failure.js';
import { toResultUrl } from '../http/result-url.js';
import type { FailedFile, FileKind, FileMetadata, FileOutput, GeneratedFile } from './file-backend.types.js';
import { toMembers, toMetadata, toText } from './metadata.js';
import type { FileObject } from './wire.js';

/** What stays the same over the life of a job: what it was asked for, and how to make its results showable. */
export type FileContext = {
  readonly kind: FileKind;
  readonly request: FileMetadata;
  readonly base: string | undefined;
};

/** Where one file stands: `unusable` has a url that must not be shown, `settling` has none though all is done. */
export type FileState =
  | { readonly kind: 'done'; readonly file: GeneratedFile }
  | { readonly kind: 'failed' | 'unusable'; readonly failed: FailedFile }
  | { readonly kind: 'pending' | 'settling' };

/** As much of a file object as is known. */
export type KnownFile = Partial<FileObject> & Pick<FileObject, 'id'>;

/** The state of a file: a url is success whatever its tasks say, and tasks speak for their own file only. */
export function toFileState(file: KnownFile, { kind, request, base }: FileContext): FileState {
  const { id, thumbnail_url, type, image_generation, video_generation, duration } = file;
  if (file.url) {
    const url = toResultUrl(file.url, base);
    if (!url) return { kind: 'unusable', failed: { id, message: 'its url may not be shown' } };
    const thumbnailUrl = toResultUrl(toText(thumbnail_url), base);
    const metadata = toMetadata(image_generation, video_generation, { duration }, request);
    return {
      kind: 'done',
      file: { id, url, thumbnailUrl, type: toText(type) ?? kind, metadata },
    };
  }
  const tasks = (file.tasks ?? []).map(toMembers).filter(task => (task.get('file_id') ?? id) === id);
  const isAt = (status: string) => (task: ReadonlyMap<string, unknown>) => task.get('status') === status;
  if (tasks.some(isAt('error'))) return { kind: 'failed', failed: { id, message: 'its task failed' } };
  return { kind: tasks.length > 0 && tasks.every(isAt('completed')) ? 'settling' : 'pending' };
}

/** Where the job stands, from the states of its files; a batch goes on while any of them does. */
export function toJobUpdate(states: readonly FileState[], job: JobRef | undefined): JobUpdate<FileOutput> {
  const files = states.flatMap(state => ('file' in state ? state.file : []));
  const failed = states.flatMap(state => ('failed' in state ? state.failed : []));
  const ended = files.length + failed.length;
  if (ended < states.length) {
    return {
      kind: 'pending',
      progress: ended / states.length || undefined,
      // Of the others no stream tells: what is left of a batch is waited for as what is about to be done.
      readAfterMs: ended || states.some(({ kind }) => kind === 'settling') ? 1_000 : undefined,
    };
  }
  if (files.length > 0) return { kind: 'succeeded', output: { files, failed } };
  const what = failed.map(({ id, message }) => `file ${id}: ${message}`).join(', ');
  return { kind: 'failed', failure: toError({ doing: 'Generating', job }, 'job-failed', what).failure };
}
