import { isObject } from '../../machines/json.js';
import type { ScriptedClock } from '../scripted.types.js';
import type { VendorProtocol } from './double.js';
import type { VendorJob, VendorJobState } from './double.types.js';
import { isOver, stateAt } from './timeline.js';

/** Names the job of a WebSocket within the double: a socket has no job. */
export const jobHeader = 'x-double-job';

/** A message of the WebSocket. */
export type ComfyUiFrame =
  | { readonly type: string; readonly data: object }
  /** A picture, with the job that it is of. */
  | { readonly picture: string };

const stepCount = 20;
const sampler = '3';

const json = (body: unknown, status = 200) => Response.json(body, { status });
const refusal = (type: string, message: string, node_errors: object = {}) =>
  json({ error: { type, message, details: '', extra_info: {} }, node_errors }, 400);

const wrongInput = {
  [sampler]: {
    errors: [
      {
        type: 'required_input_missing',
        message: 'Required input is missing',
        details: 'model',
        extra_info: { input_name: 'model' },
      },
    ],
    dependent_outputs: ['9'],
    class_type: 'KSampler',
  },
};

const errors: Readonly<Partial<Record<VendorJobState['phase'], object>>> = {
  failed: {
    node_id: sampler,
    node_type: 'KSampler',
    exception_message: 'CUDA out of memory. Tried to allocate 2.00 GiB',
    exception_type: 'torch.OutOfMemoryError',
    traceback: ['File "/opt/ComfyUI/execution.py", line 361, in execute'],
  },
  moderated: {
    node_id: '12',
    node_type: 'FluxProUltraImageNode',
    exception_message: 'API Error: the content was flagged by the moderation system of the partner',
    exception_type: 'Exception',
    traceback: [],
  },
};

/** What the node that saves the picture has made. */
const outputsOf = ({ scenario }: VendorJob) => ({
  '9': scenario.output ?? { images: [{ filename: 'ComfyUI_00001_.png', subfolder: '', type: 'output' }] },
});

const memberOf = ({ body }: VendorJob, name: string): unknown => (isObject(body) ? body[name] : undefined);
/** Which WebSocket hears of a job. */
export const clientOf = (job: VendorJob): string => String(memberOf(job, 'client_id') ?? '');

/** `[number, id, graph, extra data, outputs]`. */
function promptOf(job: VendorJob, number: number): readonly unknown[] {
  const extra = memberOf(job, 'extra_data');
  const told = { ...(isObject(extra) && extra), client_id: clientOf(job), create_time: job.submittedAt };
  return [number, job.id, job.input, told, ['9']];
}

/** Whether ComfyUI remembers a job that is over: one that was taken out of the queue, or whose history was cleared, it does not. */
const isRemembered = ({ phase, startedAt }: VendorJobState) => phase !== 'expired' && startedAt !== undefined;

function entryOf(job: VendorJob, state: VendorJobState, number: number): object {
  const { phase, startedAt, endedAt } = state;
  const isDone = phase === 'succeeded';
  const name = isDone ? 'execution_success' : phase === 'cancelled' ? 'execution_interrupted' : 'execution_error';
  const prompt_id = job.id;
  return {
    prompt: promptOf(job, number),
    outputs: isDone ? outputsOf(job) : {},
    status: {
      status_str: isDone ? 'success' : 'error',
      completed: isDone,
      messages: [
        ['execution_start', { prompt_id, timestamp: startedAt }],
        [name, { prompt_id, ...errors[phase], timestamp: endedAt }],
      ],
    },
    meta: {},
  };
}

/** How ComfyUI speaks of these jobs. */
export function comfyUiProtocol(jobs: ReadonlyMap<string, VendorJob>, clock: ScriptedClock): VendorProtocol {
  const at = (job: VendorJob) => stateAt(job, clock.now());
  const all = () => [...jobs.values()];
  const newest = () => all().pop();
  const inPhase = (phase: VendorJobState['phase']) => all().filter(job => at(job).phase === phase);
  const numberOf = (job: VendorJob) => all().indexOf(job);

  const queue = () => {
    const pending = inPhase('queued');
    const ahead = pending[0] ? at(pending[0]).position : 0;
    // Others of whom nothing is known, in front.
    const others = Array.from({ length: ahead }, (_, index) => [index - ahead, `of-another-${index}`, {}, {}, []]);
    const [first, ...rest] = [...others, ...pending.map(job => promptOf(job, numberOf(job)))];
    // It is a heap: only the first one is in its place.
    return {
      queue_running: inPhase('running').map(job => promptOf(job, numberOf(job))),
      queue_pending: first ? [first, ...rest.reverse()] : [],
    };
  };
  const toHistory = (listed: readonly VendorJob[]) =>
    Object.fromEntries(
      listed.flatMap(job => {
        const state = at(job);
        return isOver(state) && isRemembered(state) ? [[job.id, entryOf(job, state, numberOf(job))]] : [];
      }),
    );
  const info = () => ({ exec_info: { queue_remaining: inPhase('queued').length + inPhase('running').length } });
  const toStatus = (): ComfyUiFrame => ({ type: 'status', data: { status: info() } });

  return {
    name: 'comfyui',
    baseUrl: 'http://127.0.0.1:8188',

    async toRoute(request) {
      const path = toPath(request);
      const toBody = async () => JSON.parse((await request.clone().text()) || '{}');
      const cancelled = (id: unknown, phase: VendorJobState['phase']) =>
        inPhase(phase).some(job => job.id === id) ? ({ action: 'cancel', jobId: String(id) } as const) : undefined;
      switch (`${request.method} ${path.replace(/^(\/history)\/.+/, '$1/')}`) {
        case 'POST /prompt':
          return { action: 'submit' };
        case 'GET /queue':
          return newest() && { action: 'read', jobId: newest()?.id };
        case 'GET /history/':
          return jobs.has(path.slice(9)) ? { action: 'result', jobId: path.slice(9) } : undefined;
        case 'GET /ws':
          return jobs.has(request.headers.get(jobHeader) ?? '')
            ? { action: 'events', jobId: request.headers.get(jobHeader) ?? '' }
            : undefined;
        case 'POST /queue':
          return cancelled((await toBody()).delete?.[0], 'queued');
        case 'POST /interrupt':
          return cancelled((await toBody()).prompt_id ?? inPhase('running')[0]?.id, 'running');
      }
      return undefined;
    },
    toKey: ({ headers }) => /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? '',
    toInput: body => (isObject(body) ? body['prompt'] : undefined),
    toId: body => (isObject(body) && typeof body['prompt_id'] === 'string' ? body['prompt_id'] : undefined),
    refuse(status) {
      // A proxy in front asks for credentials and limits requests. ComfyUI itself knows 400 and 404.
      if (status === 'moderated') return refusal('content_moderated', 'The content was refused by moderation.');
      if (status === 422)
        return refusal('prompt_outputs_failed_validation', 'Prompt outputs failed validation', wrongInput);
      if (status >= 500)
        return new Response('<html>Bad gateway</html>', { status, headers: { 'content-type': 'text/html' } });
      return new Response(`${status}: refused`, { status, headers: { 'content-type': 'text/plain' } });
    },
    accept: job => json({ prompt_id: job.id, number: numberOf(job), node_errors: {} }),
    read: () => json(queue()),
    result: job => json(toHistory([job])),
    toEvent: (job, state, _, since) => JSON.stringify(toFrames(job, state, since, toStatus())),
    cancel: () => new Response(null),
    async other(request) {
      const path = toPath(request);
      switch (`${request.method} ${path.replace(/^(\/history|\/object_info)\/.+/, '$1/')}`) {
        case 'GET /prompt':
          return json(info());
        case 'GET /queue':
          return json(queue());
        case 'GET /history':
          return json(toHistory(all()));
        // Nothing is known of a job or a node.
        case 'GET /history/':
        case 'GET /object_info':
        case 'GET /object_info/':
          return json({});
        case 'GET /system_stats':
          return json({ system: { os: 'posix', comfyui_version: '0.3.75' }, devices: [] });
        case 'GET /ws':
        case 'POST /queue':
        case 'POST /interrupt':
          return new Response(null);
        case 'GET /view':
          return new Response(picture, { headers: { 'content-type': 'image/png' } });
      }
      return undefined;
    },
  };
}

/** Every route is there twice. */
const toPath = ({ url }: Request) => new URL(url).pathname.replace(/^\/api(?=\/)/, '');

/** What the WebSocket says when a job comes to a state. `since`: the progress that it has told, or less if the job has not begun. */
function toFrames(
  { id, ...job }: VendorJob,
  state: VendorJobState,
  since: number,
  status: ComfyUiFrame,
): readonly ComfyUiFrame[] {
  const about = (type: string, data: object = {}): ComfyUiFrame => ({ type, data: { ...data, prompt_id: id } });
  const { phase, progress, startedAt } = state;
  const value = progress * stepCount;
  const running = {
    value,
    max: stepCount,
    state: 'running',
    node_id: sampler,
    display_node_id: sampler,
    prompt_id: id,
  };
  const start = [
    about('execution_start'),
    about('execution_cached', { nodes: [] }),
    about('executing', { node: sampler, display_node: sampler }),
  ];
  const steps = [
    about('progress_state', { nodes: { [sampler]: running } }),
    about('progress', { value, max: stepCount, node: sampler }),
    { picture: id },
  ];
  const end = [about('executing', { node: null }), status];
  if (phase === 'queued' || startedAt === undefined) return [status];
  if (phase === 'running') return [...(since < 0 ? start : []), ...(progress > Math.max(since, 0) ? steps : [])];
  if (phase === 'cancelled') return [about('execution_interrupted', { executed: [] }), ...end];
  if (phase === 'failed' || phase === 'moderated') return [about('execution_error', errors[phase]), ...end];
  const output = outputsOf({ id, ...job })['9'];
  return [about('executed', { node: '9', display_node: '9', output }), about('execution_success'), ...end];
}

/** A picture of one pixel. */
export const picture: Uint8Array<ArrayBuffer> = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='),
  letter => letter.charCodeAt(0),
);
