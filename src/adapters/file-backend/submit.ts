import { safeParse } from 'valibot';
import type { JobRef, Submission } from '../../machines/generation/generation.port.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toErrorResponse } from './error-response.js';
import type { FileOutput } from './file-backend.types.js';
import { type FileContext, toFileState, toJobUpdate } from './files.js';
import { toMembers, toText } from './metadata.js';
import { type SubmitAnswer, submitAnswer } from './wire.js';

/**
 * The job that the answer to a submit names, with its outcome if the answer has that, too.
 *
 * @throws GenerationError if the answer is a refusal or has no file id
 */
export function parseSubmitAnswer(
  json: unknown,
  response: Response,
  fileContext: FileContext,
  context: RequestContext,
): Submission<FileOutput> {
  const parsed = safeParse(submitAnswer, json);
  const answer: Partial<SubmitAnswer> = parsed.success ? parsed.output : {};
  if (answer.success === false) throw toErrorResponse(json, response, context);
  const files = toNamedFiles(answer);
  const [first] = files;
  if (!first) {
    const reason = "the backend's answer has no file id, so the job cannot be followed";
    throw toRequestError(context, 'invalid-response', reason, { response });
  }
  const job: JobRef = {
    id: answer.fileId || first.id,
    kind: fileContext.kind,
    files: files.length > 1 ? files.map(({ id }) => id) : undefined,
    projectId: toText(answer.projectId),
    requestId: toText(answer.requestId),
    request: fileContext.request,
  };
  const states = files.map(file => toFileState(file, fileContext));
  // The id alone does not prove that the job can be read yet: without an update, a 404 means "not yet".
  if (states.every(({ kind }) => kind === 'pending')) return { job };
  // The job is paid for, so a URL that must not be shown is no reason to fail here: a read decides.
  const isUnusable = states.some(({ kind }) => kind === 'unusable');
  return { job, update: isUnusable ? { kind: 'changed' } : toJobUpdate(states, job) };
}

type NamedFile = { readonly id: string; readonly url: string | undefined };

/** Every file that the answer names, once. `projectId` is never a file id: it may be the id of a chat. */
function toNamedFiles({ fileId, url, files }: Partial<SubmitAnswer>): readonly NamedFile[] {
  const urls = new Map<string, string | undefined>(fileId ? [[fileId, toText(url)]] : []);
  for (const file of Array.isArray(files) ? files : []) {
    const id = toText(file);
    if (id) urls.set(id, toText(toMembers(file).get('url')) ?? urls.get(id));
  }
  return Array.from(urls, ([id, itsUrl]) => ({ id, url: itsUrl }));
}
