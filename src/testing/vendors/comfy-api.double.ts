import { isObject } from '../../machines/json.js';
import { createDouble, type VendorProtocol } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob, VendorJobState } from './double.types.js';
import { isOver } from './timeline.js';

const jobPath = /\/api\/v2\/jobs\/([^/]+)(\/events|\/cancel)?$/;
const actions = { '': 'read', '/events': 'events', '/cancel': 'cancel' } as const;
const nodeCount = 7;
const stepCount = 20;
const day = 86_400_000;

const json = (body: unknown, status = 200) => Response.json(body, { status });
const problem = (status: number, code: string, message: string, details: object | null = null) =>
  json({ error: { code, message, details } }, status);
const toTime = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
const toBase64 = (text: string) => btoa(text);

/** A picture of a few bytes, which no test looks at. */
const preview = {
  node_id: '3',
  content_type: 'image/jpeg',
  data_base64: toBase64('\xff\xd8\xff\xe0 a preview \xff\xd9'),
};

const failures: Readonly<Partial<Record<VendorJobState['phase'], object>>> = {
  failed: {
    code: 'node_execution_error',
    message: 'CUDA out of memory. Tried to allocate 2.00 GiB',
    node_id: '3',
    class_type: 'KSampler',
    traceback: 'File "/opt/ComfyUI/execution.py", line 361, in execute',
  },
  moderated: {
    code: 'node_execution_error',
    message: 'API Error: the content was flagged by the moderation system of the partner',
    node_id: '12',
    class_type: 'FluxProUltraImageNode',
    traceback: null,
  },
};

function statusOf({ cancelledAt }: VendorJob, { phase }: VendorJobState): string {
  if (phase === 'cancelled') return 'canceled';
  if (phase === 'moderated') return 'failed';
  return phase === 'running' && cancelledAt !== undefined ? 'canceling' : phase;
}

const progressOf = ({ progress }: VendorJobState) => ({
  value: progress,
  nodes_done: Math.floor(progress * nodeCount),
  nodes_total: nodeCount,
  current_node: '3',
  current_node_class: 'KSampler',
  step: progress * stepCount,
  steps: stepCount,
  message: `KSampler ${progress * stepCount}/${stepCount}`,
});

function outputsOf({ id, scenario, submittedAt }: VendorJob, base: string): unknown {
  if (scenario.output !== undefined) return scenario.output;
  return [
    {
      node_id: '9',
      name: 'ComfyUI_00001_.png',
      type: 'image',
      content_type: 'image/png',
      size_bytes: 1_848_320,
      id: `asset-of-${id}`,
      hash: null,
      url: `${base}/api/v2/assets/asset-of-${id}/content`,
      url_expires_at: toTime(submittedAt + day),
    },
  ];
}

function jobOf(job: VendorJob, state: VendorJobState, base: string) {
  const { phase, startedAt, endedAt } = state;
  // Links are of the host, and not of the path under which it is.
  const url = `${new URL(base).pathname.replace(/\/$/, '')}/api/v2/jobs/${job.id}`;
  return {
    id: job.id,
    status: statusOf(job, state),
    created_at: toTime(job.submittedAt),
    started_at: toTime(startedAt),
    completed_at: toTime(endedAt),
    expires_at: toTime(job.submittedAt + 7 * day),
    queue_position: phase === 'queued' ? state.position : null,
    progress: phase === 'running' ? progressOf(state) : null,
    outputs: phase === 'succeeded' ? outputsOf(job, base) : [],
    error: failures[phase] ?? null,
    metrics: {
      queue_ms: startedAt === undefined ? null : startedAt - job.submittedAt,
      execution_ms: startedAt === undefined || endedAt === undefined ? null : endedAt - startedAt,
    },
    urls: { self: url, events: `${url}/events`, cancel: `${url}/cancel` },
  };
}

/** An event with its name behind its data, as the standard allows: the stream writes the field `data` in front. */
const named = (name: string, data: object) => `${JSON.stringify(data)}\nevent: ${name}`;

const protocol: VendorProtocol = {
  name: 'comfyApi',
  baseUrl: 'https://cloud.comfy.org',

  toRoute({ method, url }) {
    const { pathname } = new URL(url);
    if (method === 'POST' && pathname.endsWith('/api/v2/jobs')) return { action: 'submit' };
    const [isOfJob, jobId, rest = ''] = jobPath.exec(pathname) ?? [];
    const action = actions[rest as keyof typeof actions];
    return isOfJob && method === (action === 'cancel' ? 'POST' : 'GET') ? { action, jobId } : undefined;
  },
  // A server of your own needs none.
  toKey: ({ headers }) => /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? '',
  toInput: body => (isObject(body) ? body['workflow'] : undefined),
  keys: {
    of: ({ headers }) => headers.get('idempotency-key'),
    refuse: () => problem(422, 'idempotency_key_reuse', 'This Idempotency-Key was used before.'),
  },
  refuse(status, retryAfter) {
    switch (status) {
      case 'moderated':
        return problem(422, 'content_moderated', 'The content of the workflow was refused by moderation.');
      case 401:
        return problem(401, 'unauthorized', 'Missing or invalid credentials.');
      case 402:
        return problem(402, 'insufficient_credits', 'Not enough credits to run this workflow.');
      case 404:
        return problem(404, 'not_found', 'Not found.');
      case 422:
        return problem(422, 'invalid_workflow', "Node 3 (KSampler): required input 'model' is not connected", {
          node_errors: { '3': [{ field: 'model', reason: 'missing_input' }] },
        });
      case 429:
        return retryAfter === undefined
          ? problem(429, 'rate_limited', 'Too many requests.')
          : problem(429, 'rate_limited', `Too many requests. Try again in ${retryAfter} s.`);
      default:
        // A proxy in front of the API answers these, and not in its words.
        return status >= 500
          ? new Response('<html>Bad gateway</html>', { status, headers: { 'content-type': 'text/html' } })
          : problem(status, 'error', `Error ${status}`);
    }
  },
  accept: (job, state, base) => json(jobOf(job, state, base), 201),
  read: (job, state, base) => json(jobOf(job, state, base)),
  toEvent(job, state, _, since) {
    const position = state.phase === 'queued' ? { queue_position: state.position } : {};
    const events = [named('status', { status: statusOf(job, state), ...position })];
    if (!isOver(state) && state.phase === 'running') {
      events.push(named('progress', progressOf(state)));
      if (state.progress > since) events.push(named('preview', preview));
    }
    return events.join('\n\ndata: ');
  },
  cancel: (job, _, after, base) => json(jobOf(job, after, base)),
};

/**
 * A double of the Comfy API v2. Needs no key and no network. Follows its OpenAPI file; Comfy's own client is tested
 * against it. Without the option `key` it acts as your own server, which needs none.
 *
 * @throws TypeError for an unknown option
 * @see https://docs.comfy.org/api-reference/v2/overview
 * @example
 * const double = comfyApiDouble({ scenario: vendorScenarios.slowQueue });
 * const comfy = comfyApi({ apiKey: 'any', fetch: double.fetch });
 */
export const comfyApiDouble = (options: VendorDoubleOptions = {}): VendorDouble => createDouble(protocol, options);
