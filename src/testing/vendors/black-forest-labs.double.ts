import { isObject } from '../../machines/json.js';
import { createDouble, type VendorProtocol } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob, VendorJobState } from './double.types.js';
import { hexSignature } from './hex-signature.js';

const baseUrl = 'https://api.bfl.ai';
/** A job is read in the region that works on it. */
const region = 'https://api.eu2.bfl.ai';
const samplePath = /^\/results\/[^/]+\/sample\.jpeg$/;
const sampleLivesMs = 600_000;

const json = (body: unknown, status = 200) => Response.json(body, { status });

const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

function resultOf(
  { id, input, submittedAt, scenario }: VendorJob,
  { startedAt, endedAt = 0 }: VendorJobState,
  base: string,
) {
  const goneAt = endedAt + Math.min(scenario.resultLivesMs ?? sampleLivesMs, sampleLivesMs);
  const host = base === baseUrl ? 'https://delivery-eu2.bfl.ai' : base;
  const signature = new URLSearchParams({ se: new Date(goneAt).toISOString(), sp: 'r', sig: 'signed' });
  return (
    scenario.output ?? {
      sample: `${host}/results/${id}/sample.jpeg?${signature}`,
      prompt: memberOf(input, 'prompt'),
      seed: 41,
      start_time: (startedAt ?? submittedAt) / 1_000,
      end_time: endedAt / 1_000,
      duration: (endedAt - (startedAt ?? submittedAt)) / 1_000,
    }
  );
}

function answerOf(job: VendorJob, state: VendorJobState, base: string) {
  const answer = { id: job.id, result: null, progress: null, details: null, preview: null };
  switch (state.phase) {
    case 'queued':
      return { ...answer, status: 'Pending' };
    case 'running':
      return { ...answer, status: 'Pending', progress: state.progress };
    case 'expired':
      return { ...answer, status: 'Task not found' };
    case 'failed':
      return { ...answer, status: 'Error', details: { error: 'The worker has run out of memory.' } };
    case 'moderated':
      return { ...answer, status: 'Content Moderated', details: { 'Moderation Reasons': ['Derivative Works Filter'] } };
    default:
      return { ...answer, status: 'Ready', result: resultOf(job, state, base) };
  }
}

const refusals: Readonly<Record<number, unknown>> = {
  401: { detail: 'Not authenticated - Invalid Authentication' },
  402: { detail: 'Insufficient credits. Please add credits to your account.' },
  404: { detail: 'Not Found' },
  422: { detail: [{ loc: ['body', 'prompt'], msg: 'Field required', type: 'missing' }] },
};

const protocol: VendorProtocol = {
  name: 'black-forest-labs',
  baseUrl,

  toRoute({ method, url }) {
    const { pathname, searchParams } = new URL(url);
    if (method === 'GET' && pathname === '/v1/get_result') {
      return { action: 'read', jobId: searchParams.get('id') ?? undefined };
    }
    return method === 'POST' && pathname.startsWith('/v1/') ? { action: 'submit', path: pathname } : undefined;
  },
  toKey: ({ headers }) => headers.get('x-key') ?? undefined,
  refuse(status, retryAfter = 5) {
    if (status === 'moderated') {
      return json({ id: 'black-forest-labs-refused', status: 'Request Moderated', details: null });
    }
    if (status === 429) {
      return json(
        { error: 'rate_limit_exceeded', message: 'Too many concurrent requests', retry_after: retryAfter },
        429,
      );
    }
    // A proxy in front of the API answers these, and not in its words.
    if (status >= 500)
      return new Response('<html>Bad gateway</html>', { status, headers: { 'content-type': 'text/html' } });
    return json(refusals[status] ?? { detail: `Error ${status}` }, status);
  },
  accept({ id, body }, _, base) {
    const address = memberOf(body, 'webhook_url');
    // With a webhook, nobody is told where to read.
    if (address) return json({ id, status: 'Pending', webhook_url: address });
    const at = base === baseUrl ? region : base;
    return json({ id, polling_url: `${at}/v1/get_result?id=${id}`, cost: 3, input_mp: 0, output_mp: 1 });
  },
  read: (job, state, base) => json(answerOf(job, state, base)),
  cancel: () => protocol.refuse(404),
  toAddress({ body }) {
    const address = memberOf(body, 'webhook_url');
    return typeof address === 'string' ? address : undefined;
  },
  async toDelivery(job, state, { address, now, base, isForged }) {
    const { id, status, result, details } = answerOf(job, state, base);
    const said = status === 'Ready' ? { result } : { error: status, message: status, details };
    const body = JSON.stringify({ id, status, ...said, timestamp: new Date(now).toISOString() });
    const secret = String(memberOf(job.body, 'webhook_secret') ?? '');
    const headers = {
      'content-type': 'application/json',
      ...(secret && { 'x-bfl-signature': `sha256=${await hexSignature(secret, isForged ? `${body} ` : body)}` }),
    };
    return new Request(address, { method: 'POST', body, headers });
  },
  async other({ method, url, headers }) {
    const { pathname } = new URL(url);
    if (method === 'GET' && samplePath.test(pathname)) {
      return new Response(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), { headers: { 'content-type': 'image/jpeg' } });
    }
    return headers.has('x-key') ? undefined : protocol.refuse(401);
  },
};

/**
 * A double of Black Forest Labs' API. Needs no key and no network. Follows their documentation; the AI SDK's client is
 * tested against it. It tells clients to read the job in another region.
 *
 * @throws TypeError for an unknown option
 * @see https://docs.bfl.ai
 * @example
 * const double = blackForestLabsDouble({ scenario: vendorScenarios.slowQueue });
 * const flux = blackForestLabs<Input>({ model: 'flux-2-pro', apiKey: 'any', fetch: double.fetch });
 */
export const blackForestLabsDouble = (options: VendorDoubleOptions = {}): VendorDouble =>
  createDouble(protocol, options);
