import { safeParse } from 'valibot';
import type { JobRef, Submission } from '../../machines/generation/generation.port.js';
import { type Errand, toError } from '../http/failure.js';
import type { FileOutput } from './file-backend.types.js';
import { type FileContext, toFileState, toJobUpdate } from './files.js';
import { toMembers, toText } from './metadata.js';
import { toRefusal } from './refusal.js';
import { type SubmitAnswer, submitAnswer } from './wire.js';

/** The job that an answer names, and its outcome if that is there already. Throws what the answer says instead. */
export function toSubmission(
  json: unknown,
  response: Response,
  context: FileContext,
  errand: Errand,
): Submission<FileOutput> {
  const parsed = safeParse(submitAnswer, json);
  if (!parsed.success) throw toError(errand, 'invalid-response', 'the answer names no file', { response });
  const { success, projectId, requestId } = parsed.output;
  if (success === false) throw toRefusal(json, response, errand);
  const results = toResults(parsed.output);
  const [first] = results;
  if (!first) throw toError(errand, 'invalid-response', 'the answer names no file', { response });
  const job: JobRef = {
    id: parsed.output.fileId || first.id,
    kind: context.kind,
    files: results.length > 1 ? results.map(({ id }) => id) : undefined,
    projectId: toText(projectId),
    requestId: toText(requestId),
    request: context.request,
  };
  const states = results.map(file => toFileState(file, context));
  // A name alone is no sight of the job: until a read finds it, 404 is "not yet".
  if (states.every(({ kind }) => kind === 'pending')) return { job };
  // The job is paid for: whatever is odd about its urls is for a read to tell, not to fail here.
  return {
    job,
    update: states.some(({ kind }) => kind === 'unusable') ? { kind: 'changed' } : toJobUpdate(states, job),
  };
}

type NamedFile = { readonly id: string; readonly url: string | undefined };

/** Every file the answer names, once. A project id is never one: it may be a chat's. */
function toResults({ fileId, url, files }: SubmitAnswer): readonly NamedFile[] {
  const urls = new Map<string, string | undefined>(fileId ? [[fileId, toText(url)]] : []);
  for (const file of Array.isArray(files) ? files : []) {
    const id = toText(file);
    if (id) urls.set(id, toText(toMembers(file).get('url')) ?? urls.get(id));
  }
  return Array.from(urls, ([id, itsUrl]) => ({ id, url: itsUrl }));
}
