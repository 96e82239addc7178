import { isObject } from '../../machines/json.js';
import { createDouble, type VendorProtocol } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob, VendorJobState } from './double.types.js';
import { newWebhookSecret, standardSignature } from './standard-signature.js';

const version = '5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa';
const submitPath = /\/(?:predictions|(?:models|deployments)\/([^/]+\/[^/]+)\/predictions)$/;
const predictionPath = /\/predictions\/([^/]+)(\/cancel)?$/;

// One secret for all doubles: a double of a test is nobody's secret.
let secret: string | undefined;

/** The signing secret as Replicate tells it. */
const getSecret = (): string => {
  secret ??= newWebhookSecret();
  return secret;
};

const json = (body: unknown, status = 200) => Response.json(body, { status });
const problem = (status: number, detail: string, more: object = {}) => json({ detail, status, ...more }, status);

/** In seconds: `90s`, `1m30s`, `2h`, or a number alone. */
function toSeconds(text: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
  const parts = [...text.matchAll(/(\d+)([smh]?)/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 1), 0);
}

const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
const toTime = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

function statusOf({ cancelledAt }: VendorJob, { phase, startedAt }: VendorJobState): string {
  if (phase === 'queued') return 'starting';
  if (phase === 'running') return 'processing';
  if (phase === 'expired') return 'succeeded';
  if (phase === 'moderated') return 'failed';
  if (phase !== 'cancelled') return phase;
  // What its own deadline stops before it has begun.
  return startedAt === undefined && cancelledAt === undefined ? 'aborted' : 'canceled';
}

/** What a model prints. */
function logsOf({ phase, startedAt, progress }: VendorJobState): string {
  if (startedAt === undefined || phase === 'expired') return '';
  const quarters = [0, 0.25, 0.5, 0.75, 1].filter(at => at <= progress);
  const bars = quarters.map(at => `${String(at * 100).padStart(3)}%|${'█'.repeat(at * 10).padEnd(10)}| ${at * 28}/28`);
  return ['Using seed: 41', ...bars].join('\n');
}

const errors: Readonly<Partial<Record<VendorJobState['phase'], string>>> = {
  failed: 'CUDA out of memory. Tried to allocate 2.00 GiB',
  moderated: 'The input or output was flagged as sensitive. Please try again with different inputs. (E005)',
};

function predictionOf(job: VendorJob, state: VendorJobState, base: string) {
  const { phase, startedAt, endedAt } = state;
  const url = `${base}/predictions/${job.id}`;
  const isRemoved = phase === 'expired';
  const [, name] = submitPath.exec(job.path) ?? [];
  return {
    id: job.id,
    model: name ?? 'owner/model',
    version: name ? 'hidden' : (memberOf(job.body, 'version') ?? version),
    input: isRemoved ? {} : job.input,
    logs: logsOf(state),
    output:
      phase === 'succeeded' ? (job.scenario.output ?? [`https://replicate.delivery/xezq/${job.id}/out-0.webp`]) : null,
    data_removed: isRemoved,
    error: errors[phase] ?? null,
    source: 'api',
    status: statusOf(job, state),
    created_at: toTime(job.submittedAt),
    started_at: toTime(startedAt),
    completed_at: toTime(endedAt),
    urls: { get: url, cancel: `${url}/cancel`, web: `https://replicate.com/p/${job.id}` },
    ...(endedAt !== undefined && {
      metrics: {
        total_time: (endedAt - job.submittedAt) / 1_000,
        ...(startedAt !== undefined && { predict_time: (endedAt - startedAt) / 1_000 }),
      },
    }),
  };
}

const protocol: VendorProtocol = {
  name: 'replicate',
  baseUrl: 'https://api.replicate.com/v1',

  toRoute({ method, url }) {
    const { pathname } = new URL(url);
    const [isOfPrediction, jobId, isCancel] = predictionPath.exec(pathname) ?? [];
    if (method === 'POST' && submitPath.test(pathname)) return { action: 'submit', path: pathname };
    if (!isOfPrediction || method !== (isCancel ? 'POST' : 'GET')) return undefined;
    return { action: isCancel ? 'cancel' : 'read', jobId };
  },
  toKey: ({ headers }) => /^(?:Bearer|Token) (.+)$/.exec(headers.get('authorization') ?? '')?.[1],
  toInput: body => memberOf(body, 'input'),
  toTimes({ headers }) {
    const [, seconds] = /^wait(?:=(\d+))?$/.exec(headers.get('prefer') ?? '') ?? ['', '0'];
    const limit = headers.get('cancel-after');
    return { waitMs: Number(seconds ?? 60) * 1_000, limitMs: limit ? toSeconds(limit) * 1_000 : undefined };
  },
  refuse(status, retryAfter) {
    switch (status) {
      case 'moderated':
        return problem(422, 'The prompt was flagged as sensitive.', { title: 'Content policy' });
      case 401:
        return problem(401, 'You did not pass a valid authentication token', { title: 'Unauthenticated' });
      case 402:
        return problem(402, 'You have insufficient credit to run this model.', { title: 'Insufficient credit' });
      case 404:
        return problem(404, 'The requested resource could not be found.');
      case 422:
        return problem(422, '- input: prompt is required\n', {
          title: 'Input validation failed',
          invalid_fields: [{ type: 'required', field: 'input', description: 'prompt is required' }],
        });
      case 429:
        return retryAfter === undefined
          ? problem(429, 'Request was throttled.')
          : problem(429, `Request was throttled. Your rate limit resets in ~${retryAfter}s.`, {
              retry_after: retryAfter,
            });
      default:
        // A proxy in front of Replicate answers these, and not in its words.
        return status >= 500
          ? new Response('<html>Bad gateway</html>', { status, headers: { 'content-type': 'text/html' } })
          : problem(status, `Error ${status}`);
    }
  },
  accept: (job, state, base) => json(predictionOf(job, state, base), 201),
  read: (job, state, base) => json(predictionOf(job, state, base)),
  cancel: (job, _, state, base) => json(predictionOf(job, state, base)),
  toAddress({ body }) {
    const address = memberOf(body, 'webhook');
    return typeof address === 'string' ? address : undefined;
  },
  async toDelivery(job, state, { address, now, base, isForged }) {
    const body = JSON.stringify(predictionOf(job, state, base));
    const headers = {
      'content-type': 'application/json',
      ...(await standardSignature(getSecret(), { id: `msg_${job.id}`, body, now, isForged })),
    };
    return new Request(address, { method: 'POST', body, headers });
  },
  async other({ url, headers }) {
    if (!new URL(url).pathname.endsWith('/webhooks/default/secret')) return undefined;
    return headers.has('authorization') ? json({ key: getSecret() }) : protocol.refuse(401);
  },
};

/**
 * A double of Replicate's predictions. Needs no token and no network. Follows Replicate's documentation and client;
 * Replicate's own client is tested against it. It supports `Prefer: wait` and `Cancel-After`, and has no text streams.
 *
 * @throws TypeError for an unknown option
 * @see https://replicate.com/docs/reference/http
 * @example
 * const double = replicateDouble({ scenario: vendorScenarios.slowQueue });
 * const flux = replicate<Input, string[]>({ model: 'owner/model', apiKey: 'any', fetch: double.fetch });
 */
export const replicateDouble = (options: VendorDoubleOptions = {}): VendorDouble => createDouble(protocol, options);
