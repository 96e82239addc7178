import type { JobRef, JobUpdate, PendingUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { Exchange } from '../http/json-exchange.js';
import { toWhole } from './diff.js';
import { type FilePlace, picturesIn, withFileUrls } from './files.js';
import type { GradioOutput } from './gradio.types.js';

type Members = { readonly [name: string]: unknown };

type Listening = FilePlace & Pick<Exchange, 'jobFailed' | 'toShownText'> & { readonly job: JobRef };

const maxMessageBytes = 300;

/**
 * What the messages of one stream say of its job. `undefined`: the stream says no more of it. The reader remembers what a generator has put out,
 * because an app sends what changes in it.
 */
export function createListener<TData extends readonly unknown[]>({ job, jobFailed, toShownText, ...place }: Listening) {
  let shown: readonly unknown[] = [];

  const toPreviews = (output: Members): PendingUpdate => {
    const data: readonly unknown[] = Array.isArray(output['data']) ? output['data'] : [];
    shown = data.map((value, at) => toWhole(shown[at], value));
    const previews = picturesIn(shown, place).map((url, index) => ({ url, index }));
    return { kind: 'pending', phase: 'running', ...(previews.length > 0 && { previews }) };
  };

  return (said: Members): JobUpdate<GradioOutput<TData>> | undefined => {
    const { msg, event_id: id } = said;
    if (typeof id === 'string' && id !== job.id) return { kind: 'ignored' };
    const output: Members = isObject(said['output']) ? said['output'] : {};
    switch (msg) {
      case 'estimation':
        return {
          kind: 'pending',
          phase: 'queued',
          ...(isCount(said['rank']) && { backendPosition: said['rank'] }),
          ...toEta(said['rank_eta']),
        };
      case 'process_starts':
        return { kind: 'pending', phase: 'running', ...toEta(said['eta']) };
      case 'progress':
        return { kind: 'pending', phase: 'running', ...toProgress(said['progress_data'], toShownText) };
      case 'log':
        return { kind: 'pending', message: toShownText(String(said['log'] ?? ''), maxMessageBytes) };
      case 'process_generating':
        // The end tells why.
        return said['success'] === false ? { kind: 'ignored' } : toPreviews(output);
      case 'process_completed':
        if (said['success'] === false || 'error' in output) {
          return jobFailed(job, toReason(output, said));
        }
        // An app answers to a cancel with a success that has no result.
        if (!Array.isArray(output['data'])) return { kind: 'cancelled' };
        return {
          kind: 'succeeded',
          output: { data: withFileUrls(output['data'], place) as TData },
          ...(isCount(output['duration']) && { durationMs: output['duration'] * 1_000 }),
        };
      case 'queue_full':
        return jobFailed(job, 'the queue of the app is full', { code: 'busy', charged: 'no' });
      case 'server_stopped':
      case 'Server stopped unexpectedly.':
        return jobFailed(job, 'the app has stopped');
      case 'unexpected_error':
        return isForgotten(said) ? undefined : jobFailed(job, said['message']);
      case 'close_stream':
        return undefined;
    }
    return { kind: 'ignored' };
  };
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0;

/** Times are in seconds. */
const toEta = (seconds: unknown): Pick<PendingUpdate, 'etaMs'> => (isCount(seconds) ? { etaMs: seconds * 1_000 } : {});

/** The job was on a stream that was closed, or the app has been started anew. */
const isForgotten = ({ session_not_found: isUnknown, message }: Members) =>
  isUnknown === true || /session not found/i.test(String(message));

/** Apps hide their errors by default: then it is `null`, and the title is the same for all of them. */
function toReason({ error, title }: Members, said: Members): unknown {
  const words = [error, title, said['title']].find(text => typeof text === 'string' && text && text !== 'Error');
  return words === undefined && isObject(error) ? error : words;
}

/** Of loops in loops, the outer one first. */
function toProgress(data: unknown, toShownText: Exchange['toShownText']): Pick<PendingUpdate, 'progress' | 'message'> {
  const units = (Array.isArray(data) ? data : []).filter(isObject);
  const progress = units.reduceRight<number | undefined>(
    (inner, { progress: told, index, length }) =>
      isCount(told) ? told : isCount(index) && isCount(length) && length > 0 ? (index + (inner ?? 0)) / length : inner,
    undefined,
  );
  const { desc, index, length, unit } =
    [...units].reverse().find(each => each['desc'] || isCount(each['length'])) ?? {};
  const count = isCount(index) && isCount(length) ? `${index}/${length} ${unit ?? ''}` : '';
  const words = toShownText(`${desc ?? ''} ${count}`, maxMessageBytes);
  return {
    ...(progress !== undefined && { progress: Math.min(progress, 1) }),
    ...(words !== '' && { message: words }),
  };
}
