import { safeParse } from 'valibot';
import type { JobRef, Submission } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { toErrorResponse } from '../http/error-response.js';
import { readRefusal } from '../http/refusal.js';
import { isRefusal } from '../http/refusal-code.js';
import { toRequestError } from '../http/request-error.js';
import { toRetryAfterMs } from '../http/retry-after.js';
import { toShownText } from '../http/shown-text.js';
import type { FileOutput } from './file-backend.types.js';
import { type FileContext, type FileState, toFileState } from './files.js';
import { toId, toListedFiles, toListedId, toRefusedIds } from './ids.js';
import type { JobMemory } from './job-memory.js';
import { toJobUpdate } from './job-update.js';
import { toMembers, toText } from './metadata.js';
import type { BackendAnswer } from './requests.js';
import { type SubmitAnswer, submitAnswer } from './wire.js';

/**
 * The job that the answer to a submit names, with what the answer says about it.
 *
 * @throws GenerationError if the answer is a refusal or has no file id
 */
export function parseSubmitAnswer(
  { body, response }: BackendAnswer,
  fileContext: FileContext,
  memory: JobMemory,
): Submission<FileOutput> {
  const { requestContext: context } = fileContext;
  const parsed = safeParse(submitAnswer, body);
  const answer: Partial<SubmitAnswer> = parsed.success ? parsed.output : {};
  if (!response.ok || answer.success === false) return toRefusedSubmission({ body, response }, fileContext);
  const files = toNamedFiles(answer, pickNews(body));
  const [first] = files;
  if (!first) {
    if (isRefusal(body)) return toRefusedSubmission({ body, response }, fileContext);
    const said = toShownText(readRefusal(body).text, context.secrets, 500);
    const reason = `the backend's answer has no file id, so the job cannot be followed${said && ` (it says: ${said})`}`;
    throw toRequestError(context, 'invalid-response', reason, { response });
  }
  const job = toJob(toId(answer.fileId) ?? first.id, files, answer, fileContext);
  const states = files.map(({ id, url, whole }) => toFileState({ id, url }, fileContext, whole));
  memory.setDone(job, states);
  const readAfterMs = toRetryAfterMs(response.headers);
  // The id alone does not prove that the job can be read yet: without an update, a 404 means "not yet".
  if (readAfterMs === undefined && states.every(saysNothing)) return { job };
  // The job is paid for, so a URL that must not be shown is no reason to fail here: a read decides.
  const isUnusable = states.some(state => state.kind === 'unusable');
  return { job, update: isUnusable ? { kind: 'changed' } : toJobUpdate(states, job, readAfterMs) };
}

const toJob = (
  id: string,
  files: readonly { readonly id: string }[],
  { projectId, requestId }: Partial<SubmitAnswer>,
  { kind, request }: FileContext,
): JobRef => ({
  id,
  kind,
  files: files.length > 1 ? files.map(file => file.id) : undefined,
  projectId: toId(projectId) ?? toListedId(projectId),
  requestId: toId(requestId) ?? toListedId(requestId),
  request,
});

/**
 * The job that a refusal names. A lookup by the key has found it, and a read shows what became of it.
 *
 * @throws GenerationError with the job, which may be charged, and may be running
 */
function toRefusedSubmission({ body, response }: BackendAnswer, fileContext: FileContext): Submission<FileOutput> {
  const { requestContext: context } = fileContext;
  const { ids, taskId } = toRefusedIds(body);
  const [first] = ids;
  const answer = isObject(body) ? body : {};
  const job =
    first === undefined
      ? undefined
      : toJob(
          first,
          ids.map(id => ({ id })),
          answer,
          fileContext,
        );
  if (job && response.ok && context.action !== 'submit') return { job, update: { kind: 'changed' } };
  throw toErrorResponse(body, response, { ...context, job, taskId });
}

const saysNothing = (state: FileState): boolean =>
  state.kind === 'pending' && Object.values(state.news ?? {}).every(member => member == null);

type NamedFile = { readonly id: string; readonly url: string | undefined; readonly whole: unknown };

/** What the answer itself says about its file. Its status and its message are those of the request. */
const pickNews = (body: unknown): object =>
  Object.fromEntries([...toMembers(body)].filter(([name]) => newsNames.includes(name)));

const newsNames: readonly string[] = ['phase', 'queue_position', 'eta', 'eta_ms', 'expires_at', 'cost'];

/** Every file that the answer names, once. `projectId` is never a file id: it may be the id of a chat. */
function toNamedFiles(answer: Partial<SubmitAnswer>, news: object): readonly NamedFile[] {
  const fileId = toId(answer.fileId);
  const files = new Map<string, NamedFile>();
  if (fileId) files.set(fileId, { id: fileId, url: toText(answer.url), whole: news });
  for (const entry of toListedFiles(answer.files)) {
    const id = toListedId(entry);
    if (id) files.set(id, { id, url: toText(toMembers(entry).get('url')) ?? files.get(id)?.url, whole: entry });
  }
  return [...files.values()];
}
