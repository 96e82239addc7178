import { checkedUpdate } from '../../machines/generation/generation.answers.js';
import { GenerationError } from '../../machines/generation/generation.errors.js';
import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import type { Asked } from '../level.js';
import { withinTime } from '../request/call-signal.js';
import { toFailedCallAnswer } from '../request/failed-call.js';
import { notFound, RequestRefusal } from '../request/refusal.js';
import type { Settings } from '../settings.js';
import { type MediaRequest, toKnownAnswer, toMediaAnswer } from './media-answer.js';
import { findServed, namedResult } from './media-urls.js';
import { toPreviewPlace } from './named-media.js';

/** The job as the page calls it, and as the backend does. */
type Wanted = { readonly id: string; readonly job: JobRef };

/**
 * The bytes of a result. Those that stand in the backend's answer are read there again.
 *
 * @param known the URL, or the mark of one that is not kept; `undefined` where no output is kept
 * @throws RequestRefusal with 404 for a result that is none
 */
export async function toResultAnswer(
  settings: Settings,
  asked: Asked,
  { id, job, index, known }: Wanted & { readonly index: number; readonly known?: string | undefined },
): Promise<Response> {
  const { request, backend } = asked;
  const find = async () => (known === undefined || known === namedResult ? readUrl(asked, job, index) : known);
  const media = { request, backend, job, name: `${id}-${index}` };
  return answered(settings, asked, id, async () => toKnownAnswer(media) ?? answerWith(media, await find()));
}

/** The bytes of a preview that this process has told about. @throws RequestRefusal with 404 for any other */
export async function toPreviewAnswer(
  settings: Settings,
  asked: Asked,
  { id, job, name }: Wanted & { readonly name: string },
): Promise<Response> {
  const { request, backend } = asked;
  const url = backend.previews.get(toPreviewPlace(backend.name, job), name);
  const media = { request, backend, job, name };
  return answered(settings, asked, id, async () => (url && toKnownAnswer(media)) || answerWith(media, url));
}

/** The answer, or what the backend has refused it with. */
async function answered(
  settings: Settings,
  asked: Asked,
  id: string,
  make: () => Promise<Response>,
): Promise<Response> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof RequestRefusal) throw error;
    return toFailedCallAnswer(settings, asked, 'result', error, { id });
  }
}

async function answerWith(media: MediaRequest, url: string | undefined): Promise<Response> {
  if (url === undefined || url === namedResult) throw notFound();
  return toMediaAnswer(media, url);
}

/** @throws GenerationError for a job that has no result any more */
async function readUrl(
  { request, backend: { given, policy } }: Asked,
  job: JobRef,
  index: number,
): Promise<string | undefined> {
  const update: JobUpdate<unknown> = await withinTime(policy.requestTimeoutMs, request.signal, async signal =>
    checkedUpdate(await given.read(job, { signal }), 'read', job),
  );
  if (update.kind === 'failed') throw new GenerationError(update.failure);
  if (update.kind !== 'succeeded') return undefined;
  return findServed(update.output, given.hiddenResults?.origins ?? [], index);
}
