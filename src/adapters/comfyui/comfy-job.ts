import type { JobRef, JobUpdate, PendingUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { Exchange } from '../http/json-exchange.js';
import { toAbsoluteUrl } from '../http/result-url.js';
import { statusTable } from '../http/status-table.js';
import { toTrustedUrl } from '../http/trusted-url.js';
import type { ComfyApiFile, ComfyApiJob, ComfyApiOutput } from './comfyui.types.js';
import { toNodeWords } from './workflow.js';

export type Members = { readonly [name: string]: unknown };

/** What an answer is read with. */
type Reading = Pick<Exchange, 'jobFailed' | 'toShownText'> & {
  readonly origin: string;
  /** Whether the time that a stopped job has run is paid. */
  readonly isPaid: boolean;
};

/** A job that is being stopped still runs. */
export const toState = statusTable({
  queued: 'queued',
  running: 'running',
  canceling: 'running',
  cancelling: 'running',
  succeeded: 'succeeded',
  canceled: 'cancelled',
  cancelled: 'cancelled',
  failed: 'failed',
  expired: 'expired',
});

/** The job of an id, with the links that the answer has as far as they lead to the backend. They are resolved against its origin. */
export function toComfyJob(id: string, base: string, origin: string, urls: unknown): ComfyApiJob {
  const given = isObject(urls) ? urls : {};
  const own = `${base}/api/v2/jobs/${encodeURIComponent(id)}`;
  const toUrl = (name: string, rest: string) => {
    const url = toTrustedUrl(given[name], [origin]) ?? own + rest;
    // As a path, so that a stored job is asked about where the adapter is now.
    return url.startsWith(`${origin}/`) && !url.startsWith(`${origin}//`) ? url.slice(origin.length) : url;
  };
  return {
    id,
    selfUrl: toUrl('self', ''),
    eventsUrl: toUrl('events', '/events'),
    cancelUrl: toUrl('cancel', '/cancel'),
  };
}

/** Whether an answer is a job, and the one that was asked for. */
export const isJob = ({ id }: JobRef, said: Members): boolean =>
  typeof said['status'] === 'string' && (said['id'] === undefined || String(said['id']) === id);

/** What a job says of itself. */
export function toUpdate(job: JobRef, said: Members, reading: Reading): JobUpdate<ComfyApiOutput> {
  const { jobFailed, origin, isPaid } = reading;
  const state = toState(said['status']);
  const hasRun = typeof said['started_at'] === 'string';
  switch (state) {
    case 'succeeded':
      return toSuccess(said, origin);
    case 'failed':
      return jobFailed(job, toReason(said['error']));
    case 'expired':
      return typeof said['completed_at'] === 'string'
        ? jobFailed(job, undefined, { code: 'expired' })
        : jobFailed(job, toReason(said['error']) ?? 'the backend has given it up (expired)');
    case 'cancelled':
      return { kind: 'cancelled', charged: hasRun && isPaid ? 'yes' : undefined };
    default:
      return toPending(said, reading);
  }
}

/** What the status, or an event about it, says of a job that goes on. */
export function toPending(
  said: Members,
  { toShownText, origin }: Pick<Reading, 'toShownText' | 'origin'>,
): PendingUpdate {
  const state = toState(said['status']);
  const { queue_position: position, progress } = said;
  const previews = toFiles(said['outputs'], origin).flatMap(({ type, url }, index) =>
    type === 'image' ? { url, index } : [],
  );
  return {
    kind: 'pending',
    ...(state === 'queued' || state === 'running' ? { phase: state } : {}),
    ...(typeof position === 'number' && position >= 0 && state === 'queued' && { backendPosition: position }),
    ...(isObject(progress) && toProgress(progress, toShownText)),
    ...(previews.length > 0 && { previews }),
  };
}

/** A snapshot of the progress, from 0 to 1, with the node that runs. */
export function toProgress(
  { value, message, current_node_class: node, step, steps }: Members,
  toShownText: Exchange['toShownText'],
): Pick<PendingUpdate, 'progress' | 'message'> {
  const words = [message, node].find(text => typeof text === 'string' && text.trim() !== '');
  const count = typeof step === 'number' && typeof steps === 'number' && words === node ? ` ${step}/${steps}` : '';
  return {
    ...(typeof value === 'number' && value >= 0 && value <= 1 && { progress: value }),
    ...(typeof words === 'string' && { message: toShownText(words + count, 300) }),
  };
}

/** Results with absolute URLs. One without a URL is not there yet. */
const toFiles = (outputs: unknown, origin: string): readonly ComfyApiFile[] =>
  (Array.isArray(outputs) ? outputs : []).flatMap((file: unknown) => {
    const url = isObject(file) && typeof file['url'] === 'string' ? toAbsoluteUrl(file['url'], origin) : undefined;
    return isObject(file) && url && /^https?:/.test(url) ? ({ ...file, url } as ComfyApiFile) : [];
  });

function toSuccess(said: Members, origin: string): JobUpdate<ComfyApiOutput> {
  const outputs = toFiles(said['outputs'], origin);
  const ends = [said['expires_at'], ...outputs.map(file => file.url_expires_at)].map(toTime).filter(time => time > 0);
  const ranMs = toTime(said['completed_at']) - toTime(said['started_at']);
  return {
    kind: 'succeeded',
    output: { outputs },
    ...(ends.length > 0 && { expiresAt: Math.min(...ends) }),
    ...(ranMs >= 0 && { durationMs: ranMs }),
  };
}

const toTime = (text: unknown): number => (typeof text === 'string' ? Date.parse(text) : Number.NaN);

/** The failure, with the node that it happened in. */
function toReason(error: unknown): unknown {
  if (!isObject(error) || typeof error['message'] !== 'string') return error ?? undefined;
  const { message, node_id: id, class_type: type } = error;
  // The server may have named the node itself.
  const words = typeof type === 'string' && message.includes(type) ? message : toNodeWords(id, type, message);
  return { ...error, message: words };
}
