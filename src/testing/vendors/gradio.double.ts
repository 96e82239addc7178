import { isObject } from '../../machines/json.js';
import { createDouble, type VendorProtocol } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob, VendorJobState } from './double.types.js';
import { isOver } from './timeline.js';

const prefix = '/gradio_api';
const stepCount = 20;
/** What `gr.Progress` and an average of earlier jobs say, in seconds. */
const averageSeconds = 4;

const json = (body: unknown, status = 200) => Response.json(body, { status });
const detail = (status: number, words: unknown) => json({ detail: words }, status);

const components = [
  { id: 1, type: 'textbox', props: { label: 'Prompt' }, component_class_id: 'a' },
  { id: 2, type: 'slider', props: { label: 'Steps' }, component_class_id: 'b' },
  { id: 3, type: 'state', props: {}, component_class_id: 'c' },
  { id: 4, type: 'image', props: { label: 'Picture' }, component_class_id: 'd' },
];
const generate = {
  id: 1,
  api_name: 'generate',
  inputs: [1, 2, 3],
  outputs: [4],
  queue: true,
  targets: [[1, 'submit']],
  types: { generator: true, cancel: false },
};
/** The first function is the one of an example, and not for programs. */
const dependencies = [{ ...generate, id: 0, api_name: false }, generate];

const configOf = (root: string) => ({
  version: '6.4.0',
  api_prefix: prefix,
  app_id: 41,
  mode: 'blocks',
  root,
  protocol: 'sse_v3',
  enable_queue: true,
  is_space: true,
  components,
  dependencies,
});

const prompt = {
  label: 'Prompt',
  parameter_name: 'prompt',
  parameter_has_default: false,
  parameter_default: null,
  type: { type: 'string' },
  python_type: { type: 'str', description: '' },
  component: 'Textbox',
};
const steps = {
  ...prompt,
  label: 'Steps',
  parameter_name: 'steps',
  parameter_has_default: true,
  parameter_default: stepCount,
  type: { type: 'number' },
  component: 'Slider',
};
const info = {
  named_endpoints: { '/generate': { parameters: [prompt, steps], returns: [{ ...prompt, component: 'Image' }] } },
  unnamed_endpoints: {},
};

/** A picture of a few bytes, which no test looks at. */
const picture = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const fileOf = (name: string, base: string) => ({
  path: `/tmp/gradio/${name}`,
  url: `${base}${prefix}/file=/tmp/gradio/${name}`,
  size: picture.length,
  orig_name: 'image.png',
  mime_type: 'image/png',
  is_stream: false,
  meta: { _type: 'gradio.FileData' },
});

const data = (message: object) => `data: ${JSON.stringify(message)}\n\n`;

/** What a session gets that is not known: the status is out already. */
const streamOf = (...messages: readonly object[]) =>
  new Response(messages.map(data).join(''), { headers: { 'content-type': 'text/event-stream' } });

function toProgress(job: VendorJob, { progress }: VendorJobState, base: string, since: number): readonly object[] {
  const event_id = job.id;
  const index = progress * stepCount;
  const unit = { index, length: stepCount, unit: 'steps', progress: null, desc: 'Denoising' };
  const messages: object[] = [{ msg: 'progress', event_id, progress_data: [unit] }];
  if (progress <= since || progress === 0) return messages;
  // The first picture is whole. After it, the app tells what changes in it.
  const file = fileOf(`preview-${index}.png`, base);
  const edits = [
    ['replace', ['path'], file.path],
    ['replace', ['url'], file.url],
  ];
  return [
    ...messages,
    {
      msg: 'process_generating',
      event_id,
      success: true,
      time_limit: null,
      output: { data: [since > 0 ? edits : file], is_generating: true },
    },
  ];
}

/** An app shows its own errors, and hides those of others. */
function toOutput({ id, scenario, submittedAt }: VendorJob, state: VendorJobState, base: string): object {
  const shown = { visible: true, duration: 10, title: 'Error' };
  const ranSeconds = ((state.endedAt ?? 0) - (state.startedAt ?? submittedAt)) / 1_000;
  switch (state.phase) {
    case 'failed':
      return { error: null, ...shown };
    case 'moderated':
      return { error: 'The prompt was flagged by the safety checker.', ...shown };
    case 'cancelled':
      return {};
    default:
      return {
        data: Array.isArray(scenario.output) ? scenario.output : [fileOf(`${id}.png`, base)],
        is_generating: false,
        duration: ranSeconds,
        average_duration: ranSeconds,
        render_config: null,
        changed_state_ids: [],
      };
  }
}

const sessionOf = ({ body }: VendorJob) => (isObject(body) ? body['session_hash'] : undefined);

/** Answers what is about no job: the configuration, uploads, files. */
async function toOther(request: Request): Promise<Response | undefined> {
  const { origin, pathname } = new URL(request.url);
  if (pathname === '/config') return json(configOf(origin));
  if (pathname === `${prefix}/info`) return json(info);
  if (pathname === `${prefix}/reset`) return json({ success: true });
  if (pathname.startsWith(`${prefix}/file=`)) {
    return new Response(picture, { headers: { 'content-type': 'image/png' } });
  }
  if (pathname !== `${prefix}/upload` || request.method !== 'POST') return undefined;
  const files = (await request.formData()).getAll('files');
  return json(files.map((file, at) => `/tmp/gradio/upload-${at}/${typeof file === 'string' ? 'file' : file.name}`));
}

const protocol: VendorProtocol = {
  name: 'gradio',
  baseUrl: 'https://studio-lighthouse.hf.space',

  toRoute({ method, url }) {
    const { pathname } = new URL(url);
    if (method === 'POST' && pathname === `${prefix}/queue/join`) return { action: 'submit' };
    if (method === 'GET' && pathname === `${prefix}/queue/data`) return { action: 'events' };
    return method === 'POST' && pathname === `${prefix}/cancel` ? { action: 'cancel' } : undefined;
  },
  // A public app needs none.
  toKey: ({ headers }) => /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? '',
  toInput: body => (isObject(body) ? body['data'] : undefined),
  async findJob(request, jobs) {
    const sent: unknown = request.method === 'POST' ? await request.json() : undefined;
    const session = isObject(sent) ? sent['session_hash'] : new URL(request.url).searchParams.get('session_hash');
    // The last one: its client may have one session for all.
    return [...jobs].reverse().find(job => sessionOf(job) === session);
  },
  forget: () =>
    streamOf({ msg: 'unexpected_error', message: '404: Session not found.', success: false, session_not_found: true }),
  refuse(status) {
    switch (status) {
      case 'moderated':
        return detail(422, 'The prompt was flagged by the safety checker.');
      case 401:
        return detail(401, 'Not authenticated');
      case 402:
        return json({ error: 'Payment required: your balance is exhausted.' }, 402);
      case 404:
        return detail(404, 'Not Found');
      case 422:
        return detail(422, [{ loc: ['body', 'data'], msg: 'Input should be a valid list', type: 'list_type' }]);
      case 429:
        return json({ error: 'Too Many Requests' }, 429);
      case 503:
        return detail(503, 'Queue is full. Max size is 20 and size is 20.');
      default:
        // A proxy in front of the app answers these, and not in its words.
        return status >= 500
          ? new Response('<html>Bad gateway</html>', { status, headers: { 'content-type': 'text/html' } })
          : detail(status, `Error ${status}`);
    }
  },
  accept: ({ id }) => json({ event_id: id }),
  read: () => detail(404, 'Not Found'),
  toEvent(job, state, base, since) {
    const event_id = job.id;
    if (state.phase === 'queued') {
      const { position: rank } = state;
      return JSON.stringify({
        msg: 'estimation',
        event_id,
        rank,
        queue_size: rank + 1,
        rank_eta: (rank + 1) * averageSeconds,
      });
    }
    const hasRun = state.startedAt !== undefined;
    const messages: object[] = since < 0 && hasRun ? [{ msg: 'process_starts', event_id, eta: averageSeconds }] : [];
    if (isOver(state)) {
      const isGood = state.phase !== 'failed' && state.phase !== 'moderated';
      const title = isGood ? null : 'Error';
      const output = toOutput(job, state, base);
      messages.push({ msg: 'process_completed', event_id, output, success: isGood, title }, { msg: 'close_stream' });
    } else {
      messages.push(...toProgress(job, state, base, since));
    }
    return messages.map(message => JSON.stringify(message)).join('\n\ndata: ');
  },
  // It answers the same whatever becomes of the job.
  cancel: () => json({ success: true }),
  other: toOther,
};

/**
 * A double of a Gradio 5 or 6 app. Needs no token and no network. Its one function, `/generate`, takes a prompt and a
 * number of steps, and returns an image. Gradio's own client is tested against it. The stream is the job: a client that
 * leaves it loses the job. Without the option `key` it is a public app, which needs none.
 *
 * @throws TypeError for an unknown option
 * @see https://www.gradio.app/guides/querying-gradio-apps-with-curl
 * @example
 * const double = gradioDouble({ scenario: vendorScenarios.slowQueue });
 * const app = gradio({ app: 'studio/lighthouse', endpoint: '/generate', fetch: double.fetch });
 */
export const gradioDouble = (options: VendorDoubleOptions = {}): VendorDouble => createDouble(protocol, options);
