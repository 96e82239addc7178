import { checkedUpdate, toFailedCall } from '../../machines/generation/generation.answers.js';
import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import type { Backend } from '../backends.js';
import type { Asked } from '../level.js';
import { withinTime } from '../request/call-signal.js';
import { toFailedCallAnswer } from '../request/failed-call.js';
import { notFound, RequestRefusal } from '../request/refusal.js';
import type { Settings } from '../settings.js';
import { type MediaRequest, toKnownAnswer, toMediaAnswer } from './media-answer.js';
import { findServed, namedResult } from './media-urls.js';
import { toMediaPlace } from './named-media.js';

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
  const media = { request, backend, job, name: `${id}-${index}` };
  return answered(settings, asked, id, async () => {
    const unchanged = toKnownAnswer(media);
    if (unchanged) return unchanged;
    if (known !== undefined && known !== namedResult) return toMediaAnswer(media, known);
    if (backend.given.stream?.isJob)
      return answerWith(media, await backend.media.kept?.get(toMediaPlace(backend.name, job), index));
    const update = await readAgain(asked, job);
    if (update.kind === 'failed') return toFailedCallAnswer(settings, asked, 'result', update, { id });
    return answerWith(media, urlIn(update, backend, index));
  });
}

/** The bytes of a preview that this process has told about. @throws RequestRefusal with 404 for any other */
export async function toPreviewAnswer(
  settings: Settings,
  asked: Asked,
  { id, job, name }: Wanted & { readonly name: string },
): Promise<Response> {
  const { request, backend } = asked;
  const url = backend.media.previews.get(toMediaPlace(backend.name, job), name);
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
    return toFailedCallAnswer(settings, asked, 'result', toFailedCall(error, 'result'), { id });
  }
}

async function answerWith(media: MediaRequest, url: string | undefined): Promise<Response> {
  if (url === undefined || url === namedResult) throw notFound();
  return toMediaAnswer(media, url);
}

const readAgain = ({ request, backend: { given, policy } }: Asked, job: JobRef): Promise<JobUpdate<unknown>> =>
  withinTime(policy.requestTimeoutMs, request.signal, async signal =>
    checkedUpdate(await given.read(job, { signal }), 'read', job),
  );

const urlIn = (update: JobUpdate<unknown>, { given }: Backend, index: number): string | undefined =>
  update.kind === 'succeeded' ? findServed(update.output, given.hiddenResults?.origins ?? [], index) : undefined;
