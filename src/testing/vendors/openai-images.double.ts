import { isObject } from '../../machines/json.js';
import { createDouble, type VendorProtocol } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob, VendorJobState } from './double.types.js';
import { refuseAsOpenAI, toEventText, toPicture } from './openai-picture.js';
import { isOver } from './timeline.js';

const submitPath = /\/images\/(generations|edits)$/;
const maxPartialImages = 3;

const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
const isEdit = ({ path }: VendorJob) => path.endsWith('edits');
const about = {
  created_at: 1_796_000_000,
  background: 'opaque',
  output_format: 'png',
  quality: 'high',
  size: '1024x1024',
};
const usage = {
  input_tokens: 50,
  input_tokens_details: { image_tokens: 0, text_tokens: 50 },
  output_tokens: 1_056,
  total_tokens: 1_106,
};

function errorOf({ phase }: VendorJobState) {
  if (phase === 'moderated')
    return {
      type: 'image_generation_user_error',
      code: 'moderation_blocked',
      message: 'Your request was rejected by the safety system.',
      param: null,
    };
  return { type: 'server_error', code: 'server_error', message: 'The model failed to generate an image.', param: null };
}

/** All that has been told of a job up to a state, in its order. */
function historyOf(job: VendorJob, state: VendorJobState): readonly { readonly type: string }[] {
  const start = isEdit(job) ? 'image_edit' : 'image_generation';
  const partials = Math.min(Number(memberOf(job.body, 'partial_images') ?? 0), maxPartialImages);
  const events: { type: string; [name: string]: unknown }[] = [];
  const hasRun = state.startedAt !== undefined && job.scenario.ends !== 'moderated';
  for (let index = 0; hasRun && index < partials && state.progress >= (index + 1) / 4; index += 1)
    events.push({
      ...{ type: `${start}.partial_image`, ...about },
      ...{ b64_json: toPicture(`partial image ${index}`), partial_image_index: index },
    });
  if (!isOver(state)) return events;
  const isMade = state.phase !== 'failed' && state.phase !== 'moderated';
  if (!isMade) return [...events, { type: 'error', error: errorOf(state) }];
  return [...events, { type: `${start}.completed`, ...about, b64_json: toPicture('the picture'), usage }];
}

const protocol: VendorProtocol = {
  name: 'openaiImages',
  baseUrl: 'https://api.openai.com/v1',
  isStreamJob: true,

  toRoute({ method, url }) {
    const { pathname } = new URL(url);
    return method === 'POST' && submitPath.test(pathname) ? { action: 'submit', path: pathname } : undefined;
  },
  toKey: ({ headers }) => /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1],
  async toBody(request) {
    if (!/^multipart\//.test(request.headers.get('content-type') ?? '')) return request.json();
    const form = await request.formData();
    return Object.fromEntries([...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]));
  },
  refuse: refuseAsOpenAI,
  isStreamed: ({ body }) => String(memberOf(body, 'stream')) === 'true',
  // One that is not streamed has its picture at once, whatever its scenario says.
  accept: () => Response.json({ created: about.created_at, data: [{ b64_json: toPicture('the picture') }], usage }),
  toTeller(job) {
    let told = 0;
    return state => {
      const news = historyOf(job, state).slice(told);
      told += news.length;
      return news.length > 0 ? news.map(toEventText).join('\n\ndata: ') : undefined;
    };
  },
  read: () => refuseAsOpenAI(404),
  cancel: () => refuseAsOpenAI(404),
};

/**
 * A double of OpenAI's Images API with `stream: true`, where the answer to the submit is the job. Needs no key and no
 * network; OpenAI's own client is tested against it. A scenario's faults on `events` apply to that answer: `cut` and
 * `silent`.
 *
 * @throws TypeError for an unknown option
 * @see https://platform.openai.com/docs/api-reference/images-streaming
 * @example
 * const double = openaiImagesDouble({ scenario: vendorScenarios.cutStream });
 * const pictures = openaiImages({ model: 'gpt-image-2', apiKey: 'any', fetch: double.fetch });
 */
export const openaiImagesDouble = (options: VendorDoubleOptions = {}): VendorDouble => createDouble(protocol, options);
