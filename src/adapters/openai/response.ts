import type { JobOutcome, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { JobFailedOptions } from '../http/job-failed.js';
import type { Exchange } from '../http/json-exchange.js';
import { statusTable } from '../http/status-table.js';
import type { OpenAIImage, OpenAIOutput } from './openai.types.js';
import { type Members, toEarlyPicture, tokensOf, toPictureUrl, toSuccess } from './picture.js';

const toState = statusTable({
  queued: 'queued',
  in_progress: 'running',
  completed: 'done',
  incomplete: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
});

/** Whether this is a response, and the one that was asked for. */
export const isResponse = ({ id }: JobRef, said: Members): boolean =>
  typeof said['status'] === 'string' && (said['id'] === undefined || said['id'] === id);

/** What a response says of its job. */
export function toUpdate(job: JobRef, said: Members, jobFailed: Exchange['jobFailed']): JobUpdate<OpenAIOutput> {
  const state = toState(said['status']);
  switch (state) {
    case 'done':
      return toEnd(job, said, jobFailed);
    case 'failed':
      return jobFailed(job, said['error'] ?? toCallError(said), toVerdict(said['error']));
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'pending':
      return { kind: 'pending' };
    default:
      return { kind: 'pending', phase: state };
  }
}

const itemsOf = ({ output }: Members): readonly Members[] =>
  Array.isArray(output) ? output.filter((item): item is Members => isObject(item)) : [];

const isCall = ({ type }: Members) => type === 'image_generation_call';

/** Why the tool has made no picture. */
const toCallError = (said: Members): unknown =>
  itemsOf(said).find(item => isCall(item) && isObject(item['error']))?.['error'];

/** Policies have names that the words of other vendors have not: `bio_policy`. A limit is load of the account. */
function toVerdict(error: unknown): JobFailedOptions {
  const code = String(isObject(error) ? error['code'] : '');
  if (/polic/.test(code)) return { code: 'moderated' };
  return code === 'rate_limit_exceeded' ? { code: 'busy' } : {};
}

/** A response that is over, with its pictures or with the reason why it has none. What was made is paid, also if the response was broken off. */
function toEnd(job: JobRef, said: Members, jobFailed: Exchange['jobFailed']): JobOutcome<OpenAIOutput> {
  const images = itemsOf(said).flatMap(toImage);
  const text = toWords(said);
  const { usage, incomplete_details: details } = said;
  if (images.length > 0) return toSuccess({ images, ...(text && { text }) }, tokensOf(usage));
  const error = said['error'] ?? toCallError(said);
  if (error) return jobFailed(job, error, toVerdict(error));
  const reason = isObject(details) ? details['reason'] : undefined;
  // The model has answered in words: why it makes no such picture.
  if (reason === 'content_filter' || (text && !reason))
    return jobFailed(job, text || undefined, { code: 'moderated', charged: 'maybe' });
  return jobFailed(job, `it ended without a picture${typeof reason === 'string' ? `: ${reason}` : ''}`);
}

function toImage(item: Members): readonly OpenAIImage[] {
  const { result, type: _, status: __, error: ___, ...rest } = item;
  const url = isCall(item) ? toPictureUrl(result, item['output_format']) : undefined;
  return url ? [{ ...rest, url }] : [];
}

/** What the model has said, also where it says that it refuses. */
const toWords = (said: Members): string =>
  itemsOf(said)
    .flatMap(({ content }) => (Array.isArray(content) ? content : []))
    .map(part => (isObject(part) ? (part['text'] ?? part['refusal']) : undefined))
    .filter(words => typeof words === 'string')
    .join('\n')
    .trim();

/** What an event says of its job; `undefined` for what is no news. */
export async function toNews(
  job: JobRef,
  name: string,
  said: Members,
  jobFailed: Exchange['jobFailed'],
): Promise<JobUpdate<OpenAIOutput> | undefined> {
  const { response, type = name, partial_image_b64: partial } = said;
  const kind = String(type);
  if (isObject(response)) {
    const [, status] = /^response\.(\w+)$/.exec(kind) ?? [];
    const whole = { status, ...response };
    if (!isResponse(job, whole)) return undefined;
    const update = toUpdate(job, whole, jobFailed);
    // An event may tell the end without the picture. A read has it.
    return update.kind === 'failed' && toState(whole.status) === 'done' ? { kind: 'changed' } : update;
  }
  const early = await toEarlyPicture(partial, said);
  if (early) return early;
  if (kind.startsWith('response.image_generation_call.')) return { kind: 'pending', phase: 'running' };
  // Of the stream, or of the job: a read knows.
  return kind === 'error' ? { kind: 'changed' } : undefined;
}
