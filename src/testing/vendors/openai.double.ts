import { isObject } from '../../machines/json.js';
import { assertKnownOptions } from '../../machines/options.js';
import { createDouble, type VendorProtocol } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob, VendorJobState } from './double.types.js';
import { refuseAsOpenAI, toEventText, toPicture } from './openai-picture.js';
import { standardSignature } from './standard-signature.js';
import { isOver } from './timeline.js';

/** Options of {@link openaiDouble}. */
export type OpenAIDoubleOptions = VendorDoubleOptions & {
  /** The webhook of your project, with its secret: `whsec_` and Base64. @defaultValue no deliveries */
  readonly webhook?: { readonly url: string; readonly secret: string } | undefined;
};

const responsePath = /\/responses\/([^/]+)(\/cancel)?$/;
const maxPartialImages = 3;

const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

/** The members of a response that its submit has said. */
function askedOf({ body }: VendorJob) {
  const tools = memberOf(body, 'tools');
  const tool: unknown = Array.isArray(tools)
    ? tools.find(one => memberOf(one, 'type') === 'image_generation')
    : undefined;
  const partials = Number(memberOf(tool, 'partial_images') ?? 0);
  return {
    model: memberOf(body, 'model') ?? 'gpt-5.5',
    tools: tools ?? [],
    partials: Math.min(partials, maxPartialImages),
    isStreamed: memberOf(body, 'stream') === true,
    metadata: memberOf(body, 'metadata') ?? {},
  };
}

function statusOf({ phase }: VendorJobState): string {
  if (phase === 'running') return 'in_progress';
  if (phase === 'succeeded' || phase === 'moderated') return 'completed';
  return phase;
}

const callOf = ({ id }: VendorJob) => ({ id: `ig_${id}`, type: 'image_generation_call' });

function outputOf(job: VendorJob, { phase }: VendorJobState): unknown {
  if (phase === 'moderated') {
    const text = "I can't make this picture, because it would violate our content policy.";
    const content = [{ type: 'output_text', text, annotations: [] }];
    return [{ id: `msg_${job.id}`, type: 'message', status: 'completed', role: 'assistant', content }];
  }
  if (phase !== 'succeeded') return [];
  if (job.scenario.output !== undefined) return job.scenario.output;
  const settings = { background: 'opaque', output_format: 'png', quality: 'high', size: '1024x1024' };
  const call = { ...callOf(job), status: 'completed', action: 'generate', revised_prompt: 'A lighthouse in fog.' };
  return [{ ...call, ...settings, result: toPicture('the picture') }];
}

const failed = { code: 'server_error', message: 'The model failed to generate a response.' };
const usage = {
  input_tokens: 68,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 1_088,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 1_156,
};

function responseOf(job: VendorJob, state: VendorJobState) {
  const { phase, endedAt } = state;
  const { model, tools, metadata } = askedOf(job);
  return {
    id: job.id,
    object: 'response',
    created_at: Math.floor(job.submittedAt / 1_000),
    completed_at: endedAt === undefined ? null : Math.floor(endedAt / 1_000),
    status: statusOf(state),
    background: true,
    store: true,
    error: phase === 'failed' ? failed : null,
    incomplete_details: null,
    model,
    output: outputOf(job, state),
    tools,
    metadata,
    usage: phase === 'succeeded' || phase === 'moderated' ? usage : null,
  };
}

/** All that has been told of a job up to a state, in its order. */
function historyOf(job: VendorJob, state: VendorJobState): readonly { readonly type: string }[] {
  const at = (phase: VendorJobState['phase']) => responseOf(job, { ...state, phase, endedAt: undefined });
  const events: { type: string; [name: string]: unknown }[] = [];
  const tell = (type: string, more: object) => {
    events.push({ type: `response.${type}`, sequence_number: events.length, ...more });
  };
  tell('created', { response: at('queued') });
  tell('queued', { response: at('queued') });
  const item = { output_index: 0, item_id: `ig_${job.id}` };
  const isPicture = job.scenario.ends !== 'moderated';
  if (state.startedAt !== undefined) {
    tell('in_progress', { response: at('running') });
    if (isPicture) {
      tell('output_item.added', { output_index: 0, item: { ...callOf(job), status: 'in_progress', result: null } });
      tell('image_generation_call.in_progress', item);
      tell('image_generation_call.generating', item);
      for (let index = 0; index < askedOf(job).partials && state.progress >= (index + 1) / 4; index += 1)
        tell('image_generation_call.partial_image', {
          ...item,
          output_format: 'png',
          partial_image_b64: toPicture(`partial image ${index}`),
          partial_image_index: index,
        });
    }
  }
  // One that was stopped tells nothing more.
  if (!isOver(state) || state.phase === 'cancelled' || state.phase === 'expired') return events;
  const response = responseOf(job, state);
  if (state.phase === 'succeeded') {
    tell('image_generation_call.completed', item);
    if (Array.isArray(response.output) && response.output.length > 0)
      tell('output_item.done', { output_index: 0, item: response.output[0] });
  }
  tell(state.phase === 'failed' ? 'failed' : 'completed', { response });
  return events;
}

const deliveryTypes = { succeeded: 'completed', moderated: 'completed', failed: 'failed', cancelled: 'cancelled' };

const toProtocol = (webhook: OpenAIDoubleOptions['webhook']): VendorProtocol => ({
  name: 'openai',
  baseUrl: 'https://api.openai.com/v1',

  toRoute({ method, url }) {
    const { pathname, searchParams } = new URL(url);
    if (method === 'POST' && pathname.endsWith('/responses')) return { action: 'submit' };
    const [isOfResponse, jobId, isCancel] = responsePath.exec(pathname) ?? [];
    if (!isOfResponse || method !== (isCancel ? 'POST' : 'GET')) return undefined;
    if (isCancel) return { action: 'cancel', jobId };
    return { action: searchParams.get('stream') === 'true' ? 'events' : 'read', jobId };
  },
  toKey: ({ headers }) => /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1],
  toInput: body => memberOf(body, 'input'),
  refuse: refuseAsOpenAI,
  isStreamed: job => askedOf(job).isStreamed,
  accept: (job, state) => Response.json(responseOf(job, state)),
  read: (job, state) => (state.phase === 'expired' ? refuseAsOpenAI(404) : Response.json(responseOf(job, state))),
  toTeller(job, request) {
    let told = Number(new URL(request.url).searchParams.get('starting_after') ?? -1);
    return state => {
      const news = historyOf(job, state).slice(told + 1);
      told += news.length;
      return news.length > 0 ? news.map(toEventText).join('\n\ndata: ') : undefined;
    };
  },
  cancel: (job, _, after) => Response.json(responseOf(job, after)),
  toAddress: () => webhook?.url,
  async toDelivery(job, state, { address, now, isForged }) {
    const id = `evt_${job.id}`;
    const type = `response.${deliveryTypes[state.phase as keyof typeof deliveryTypes] ?? 'completed'}`;
    const body = JSON.stringify({
      id,
      object: 'event',
      created_at: Math.floor(now / 1_000),
      type,
      data: { id: job.id },
    });
    const signature = await standardSignature(webhook?.secret ?? '', { id, body, now, isForged });
    const headers = { 'content-type': 'application/json', ...signature };
    return new Request(address, { method: 'POST', body, headers });
  },
});

/**
 * A double of OpenAI's background Responses with the tool `image_generation`. Needs no key and no network. Follows
 * OpenAI's client and OpenAPI file; OpenAI's own client is tested against it.
 *
 * @throws TypeError for an unknown option
 * @see https://platform.openai.com/docs/guides/background
 * @example
 * const double = openaiDouble({ scenario: vendorScenarios.slowQueue });
 * const pictures = openai({ model: 'gpt-5.5', apiKey: 'any', fetch: double.fetch });
 */
export function openaiDouble({ webhook, ...options }: OpenAIDoubleOptions = {}): VendorDouble {
  if (webhook) assertKnownOptions('webhook of openaiDouble', webhook, ['url', 'secret']);
  return createDouble(toProtocol(webhook), options);
}
