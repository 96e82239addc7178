import { isObject } from '../../machines/json.js';
import { createDouble, type VendorProtocol } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob, VendorJobState } from './double.types.js';
import { googleDelivery, googleKeys } from './google-delivery.js';
import { googleFile, refuseAsGoogle } from './google-refusal.js';

const interactionPath = /\/interactions\/([^/]+?)(\/cancel)?$/;
const operationPath = /\/models\/[^/]+\/operations\/([^/]+)$/;
const submitPath = /\/(models\/[^/:]+):predictLongRunning$/;

const json = (body: unknown) => Response.json(body);
const filtered = "Sorry, we can't create videos with real people's likenesses. Please change the prompt and try again.";
const refused = 'The output was blocked because it violates the content policy.';

const fileOf = ({ id }: VendorJob, base: string) => `${base}/files/film-of-${id}:download?alt=media`;

/** What both protocols have. */
const common = {
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  hasWaitInBody: true,
  toKey: ({ headers }: Request) => headers.get('x-goog-api-key') ?? undefined,
  refuse: refuseAsGoogle,
  other: async (request: Request) => googleFile(request) ?? googleKeys(request),
} as const;

/** The first of the addresses that a submit has named. */
function addressIn(body: unknown, member: string): string | undefined {
  const config = isObject(body) ? body[member] : undefined;
  const [address]: unknown[] = isObject(config) && Array.isArray(config['uris']) ? config['uris'] : [];
  return typeof address === 'string' ? address : undefined;
}

function statusOf({ phase }: VendorJobState): string {
  if (phase === 'running') return 'in_progress';
  if (phase === 'succeeded') return 'completed';
  return phase === 'moderated' ? 'failed' : phase;
}

function stepsOf(job: VendorJob, { phase }: VendorJobState, base: string): readonly unknown[] {
  if (phase !== 'succeeded') return [];
  const { output = [{ type: 'video', mime_type: 'video/mp4', uri: fileOf(job, base) }] } = job.scenario;
  return [
    { type: 'thought', signature: 'signed' },
    { type: 'model_output', content: output },
  ];
}

const failures: Readonly<
  Partial<Record<VendorJobState['phase'], { readonly code: string; readonly message: string }>>
> = {
  failed: { code: 'internal', message: 'The model has stopped with an error.' },
  moderated: { code: 'content_policy', message: refused },
};

function interactionOf(job: VendorJob, state: VendorJobState, base: string) {
  const { phase, endedAt = job.submittedAt } = state;
  return {
    id: job.id,
    object: 'interaction',
    model: isObject(job.body) ? job.body['model'] : undefined,
    status: statusOf(state),
    created: new Date(job.submittedAt).toISOString(),
    updated: new Date(endedAt).toISOString(),
    steps: stepsOf(job, state, base),
    ...(failures[phase] && { errors: [failures[phase]] }),
    ...(phase === 'succeeded' && { usage: { total_tokens: 57_600 } }),
  };
}

const interactions: VendorProtocol = {
  ...common,
  name: 'googleInteractions',

  toRoute({ method, url }) {
    const { pathname, searchParams } = new URL(url);
    if (method === 'POST' && pathname.endsWith('/interactions')) return { action: 'submit' };
    const [isOfJob, jobId, isCancel] = interactionPath.exec(pathname) ?? [];
    if (!isOfJob || method !== (isCancel ? 'POST' : 'GET')) return undefined;
    if (isCancel) return { action: 'cancel', jobId };
    return { action: searchParams.get('stream') === 'true' ? 'events' : 'read', jobId };
  },
  toInput: body => (isObject(body) ? body['input'] : undefined),
  accept: (job, state, base) => json(interactionOf(job, state, base)),
  read: (job, state, base) => (state.phase === 'expired' ? refuseAsGoogle(404) : json(interactionOf(job, state, base))),
  toEvent(job, state, base) {
    const status = statusOf(state);
    const { id, model } = interactionOf(job, state, base);
    const event_id = `${state.phase}-${state.position}-${state.progress}`;
    if (state.phase === 'queued' || state.phase === 'running')
      return JSON.stringify({ event_type: 'interaction.status_update', event_id, interaction_id: id, status });
    const end = { event_type: 'interaction.completed', event_id, interaction: { id, model, status } };
    return `${JSON.stringify(end)}\n\ndata: [DONE]`;
  },
  cancel: (job, before, after, base) =>
    before.phase === 'queued' || before.phase === 'running'
      ? json(interactionOf(job, after, base))
      : Response.json(
          { error: { code: 400, message: 'The interaction is not running.', status: 'FAILED_PRECONDITION' } },
          { status: 400 },
        ),
  toAddress: ({ body }) => addressIn(body, 'webhook_config'),
  toDelivery({ id }, state, { address, ...at }) {
    const failure = failures[state.phase];
    const why = failure && { error_code: failure.code, error_message: failure.message };
    return googleDelivery(address, { type: `interaction.${statusOf(state)}`, data: { id, ...why } }, at);
  },
};

function operationOf(job: VendorJob, { phase }: VendorJobState, base: string) {
  const name = `${job.path}/operations/${job.id}`;
  const done = { name, done: true } as const;
  switch (phase) {
    case 'queued':
    case 'running':
      return { name };
    case 'failed':
      return { ...done, error: { code: 13, message: 'The model has stopped with an error.' } };
    case 'moderated':
      return {
        ...done,
        response: { generateVideoResponse: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: [filtered] } },
      };
    default: {
      const { output = [{ video: { uri: fileOf(job, base) } }] } = job.scenario;
      return { ...done, response: { generateVideoResponse: { generatedSamples: output } } };
    }
  }
}

const operations: VendorProtocol = {
  ...common,
  name: 'googleOperations',

  toRoute({ method, url }) {
    const { pathname } = new URL(url);
    const [, model] = submitPath.exec(pathname) ?? [];
    if (method === 'POST' && model) return { action: 'submit', path: model };
    const [, jobId] = operationPath.exec(pathname) ?? [];
    return method === 'GET' && jobId ? { action: 'read', jobId } : undefined;
  },
  accept: (job, state, base) => json({ name: operationOf(job, state, base).name }),
  // What is deleted is the film. Its operation goes on saying where it was.
  read: (job, state, base) => json(operationOf(job, state, base)),
  cancel: () => refuseAsGoogle(404),
  // There is no event for films that have failed.
  toAddress: ({ body, scenario: { ends = 'succeeded' } }) =>
    ends === 'succeeded' ? addressIn(body, 'webhookConfig') : undefined,
  toDelivery(job, state, { address, base, ...at }) {
    const { name } = operationOf(job, state, base);
    return googleDelivery(address, { type: 'video.generated', data: { id: name } }, at);
  },
};

/**
 * A double of Gemini's background interactions. Needs no key and no network. Follows Google's documentation and client;
 * Google's own client is tested against it. Its video is a few bytes, which need the key.
 *
 * @throws TypeError for an unknown option
 * @see https://ai.google.dev/gemini-api/docs/interactions
 * @example
 * const double = googleInteractionsDouble({ scenario: vendorScenarios.slowQueue });
 * const omni = googleInteractions({ model: 'gemini-omni-1.1-flash', apiKey: 'any', fetch: double.fetch });
 */
export const googleInteractionsDouble = (options: VendorDoubleOptions = {}): VendorDouble =>
  createDouble(interactions, options);

/**
 * A double of Gemini's long-running operations: Veo videos. It reports neither phase nor progress, and has no cancel.
 * Google's own client is tested against it. Its video is a few bytes, which need the key.
 *
 * @throws TypeError for an unknown option
 * @see https://ai.google.dev/gemini-api/docs/video
 * @example
 * const double = googleOperationsDouble({ scenario: { ends: 'moderated' } });
 * const veo = googleOperations({ model: 'veo-3.1-generate-001', apiKey: 'any', fetch: double.fetch });
 */
export const googleOperationsDouble = (options: VendorDoubleOptions = {}): VendorDouble =>
  createDouble(operations, options);
