import { createDouble, type VendorProtocol } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob, VendorJobState } from './double.types.js';
import { falKeys, falSignature } from './fal-signature.js';
import { isOver } from './timeline.js';

const keysPath = '/.well-known/jwks.json';
const requestPath = /^\/(?:.+)\/requests\/([^/]+)(\/status|\/status\/stream|\/cancel)?$/;

/** `fal-ai/flux/dev` is asked about as `fal-ai/flux`. */
const toApp = (path: string) => (path.split('?')[0] ?? '').split('/').slice(1, 3).join('/');

const moderation = {
  detail: [
    {
      loc: ['body', 'prompt'],
      msg: 'The content could not be processed because it was flagged by a content checker.',
      type: 'content_policy_violation',
      url: 'https://docs.fal.ai/errors#content_policy_violation',
      categories: ['violence'],
    },
  ],
};
const missing = { detail: [{ loc: ['body', 'prompt'], msg: 'Field required', type: 'missing', input: {} }] };
const words: Readonly<Record<number, unknown>> = {
  401: { detail: 'Authentication is required to access this application.' },
  402: { detail: 'The balance is exhausted. Top up your balance.' },
  404: { detail: 'Not found' },
  422: missing,
  429: { detail: 'Too many requests' },
};
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });

/** What a model prints, from one quarter of its work to another. */
function logsOf({ submittedAt }: VendorJob, { phase, progress }: VendorJobState, since: number) {
  const quarters = phase === 'queued' ? [] : [0, 0.25, 0.5, 0.75, 1].filter(at => at <= progress && at > since);
  const lines = quarters.map(at => `${String(at * 100).padStart(3)}%|${'#'.repeat(at * 10)}| ${at * 28}/28`);
  const first = since < 0 && phase !== 'queued' ? ['Loading the model'] : [];
  const timestamp = new Date(submittedAt).toISOString();
  return [...first, ...lines].map(message => ({ message, level: 'INFO', source: 'USER', timestamp }));
}

function statusOf(job: VendorJob, state: VendorJobState, base: string, since = -1) {
  const url = `${base}/${toApp(job.path)}/requests/${job.id}`;
  const urls = { request_id: job.id, response_url: url, status_url: `${url}/status`, cancel_url: `${url}/cancel` };
  if (state.phase === 'queued') return { status: 'IN_QUEUE', queue_position: state.position, ...urls };
  const logs = logsOf(job, state, since);
  if (state.phase === 'running') return { status: 'IN_PROGRESS', logs, ...urls };
  const ended = { status: 'COMPLETED', logs, metrics: { inference_time: 3.2 }, ...urls };
  if (state.phase === 'failed') return { ...ended, error: 'Runner disconnected', error_type: 'runner_disconnected' };
  return state.phase === 'cancelled'
    ? { ...ended, error: 'Request was cancelled', error_type: 'request_cancelled' }
    : ended;
}

const outputOf = ({ id, scenario }: VendorJob) =>
  scenario.output ?? {
    images: [{ url: `https://v3.fal.media/files/${id}.png`, width: 1024, height: 768, content_type: 'image/png' }],
    seed: 41,
  };

const protocol: VendorProtocol = {
  name: 'fal',
  baseUrl: 'https://queue.fal.run',

  toRoute({ method, url }) {
    const { pathname, search } = new URL(url);
    const [isOfRequest, jobId, rest = ''] = requestPath.exec(pathname) ?? [];
    if (isOfRequest) {
      const actions = { '': 'result', '/status': 'read', '/status/stream': 'events', '/cancel': 'cancel' } as const;
      const action = actions[rest as keyof typeof actions];
      return method === (action === 'cancel' ? 'PUT' : 'GET') ? { action, jobId } : undefined;
    }
    return method === 'POST' ? { action: 'submit', path: pathname + search } : undefined;
  },
  toKey: ({ headers }) => /^Key (.+)$/.exec(headers.get('authorization') ?? '')?.[1],
  refuse(status) {
    if (status === 'moderated') return json(moderation, 422);
    // A proxy in front of fal answers these, and not in fal's words.
    if (status >= 500)
      return new Response('<html>Bad gateway</html>', { status, headers: { 'content-type': 'text/html' } });
    return json(words[status] ?? { detail: `Error ${status}` }, status);
  },
  accept: (job, state, base) => json(statusOf(job, state, base)),
  read: (job, state, base) => json(statusOf(job, state, base), isOver(state) ? 200 : 202),
  result(job, state) {
    const headers = { 'x-fal-request-id': job.id };
    const paid = { ...headers, 'x-fal-billable-units': '1' };
    if (!isOver(state)) return json({ detail: 'Request is still in progress' }, 400, headers);
    switch (state.phase) {
      case 'succeeded':
        return json(outputOf(job), 200, paid);
      case 'moderated':
        return json(moderation, 422, { ...headers, 'x-fal-retryable': 'false' });
      case 'expired':
        return json({ detail: 'The result has been deleted' }, 410, headers);
      default:
        return json({ detail: 'Runner disconnected', error_type: 'runner_disconnected' }, 503, {
          ...headers,
          'x-fal-retryable': 'true',
          'x-fal-error-type': 'runner_disconnected',
        });
    }
  },
  toEvent: (job, state, base, since) => JSON.stringify(statusOf(job, state, base, since)),
  cancel(_, before) {
    if (before.phase === 'queued') return json({ status: 'OK' });
    return isOver(before)
      ? json({ status: 'ALREADY_COMPLETED' }, 400)
      : json({ status: 'CANCELLATION_REQUESTED' }, 202);
  },
  toAddress: ({ path }) => new URLSearchParams(path.split('?')[1]).get('fal_webhook') ?? undefined,
  async toDelivery(job, state, { address, now, isForged }) {
    const ids = { request_id: job.id, gateway_request_id: job.id };
    const payload = state.phase === 'succeeded' ? outputOf(job) : moderation;
    const said =
      state.phase === 'succeeded'
        ? { ...ids, status: 'OK', payload, error: null }
        : { ...ids, status: 'ERROR', payload, error: 'Invalid status code: 422' };
    const body = JSON.stringify(said);
    const headers = {
      'content-type': 'application/json',
      ...(await falSignature({ id: job.id, body, now, isForged })),
    };
    return new Request(address, { method: 'POST', body, headers });
  },
  other: async ({ url }) => (new URL(url).pathname === keysPath ? falKeys() : undefined),
};

/**
 * A double of fal's queue. Needs no key and no network. Follows fal's documentation and client; fal's own client is
 * tested against it.
 *
 * @throws TypeError for an unknown option
 * @see https://docs.fal.ai/model-endpoints/queue
 * @example
 * const double = falDouble({ scenario: vendorScenarios.slowQueue });
 * const flux = fal<Input, Picture>({ model: 'fal-ai/flux/dev', apiKey: 'id:any', fetch: double.fetch });
 */
export const falDouble = (options: VendorDoubleOptions = {}): VendorDouble => createDouble(protocol, options);
