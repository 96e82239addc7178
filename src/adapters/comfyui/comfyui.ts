import { newId } from '../../machines/generation/generation.id.js';
import type { AdapterCall, JobRef, JobUpdate, Submission } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { assertKnownOptions } from '../../machines/options.js';
import { toBaseUrl } from '../http/base-url.js';
import { createExchange, type JsonRequest } from '../http/json-exchange.js';
import { toRequestError } from '../http/request-error.js';
import { createSocketsInTurn } from '../http/sockets-in-turn.js';
import { sharedEvents } from '../sharing/shared-events.js';
import type { ComfyWorkflow } from './comfyui.types.js';
import type { ComfyUiAdapter, ComfyUiJob, ComfyUiOptions, ComfyUiOutput } from './comfyui-server.types.js';
import { toOutcome } from './prompt-history.js';
import { toRefusedWorkflow } from './prompt-refusal.js';
import { type ListedPrompt, type Members, membersIn, placeOf, promptsIn, toPromptId, toQueue } from './prompts.js';
import { toMessages, toSocketUpdate } from './socket-messages.js';
import { toGraph } from './workflow.js';

const optionNames = Object.keys({
  baseUrl: true,
  headers: true,
  workflow: true,
  webSocket: true,
  fetch: true,
} satisfies Record<keyof ComfyUiOptions<unknown>, true>);

/** What ComfyUI is told first: pictures may name their job. Older servers read nothing. */
const hello = '{"type":"feature_flags","data":{"supports_preview_metadata":true}}';
/** The member of `extra_data` by which a submit is found again, also on older servers, which choose the id of a prompt themselves. */
const keyName = 'idempotency_key';
/** How many of the newest prompts are looked through for it. */
const searchedCount = 64;

/**
 * Adapter for ComfyUI itself, on your machine or in your network. ComfyUI needs no key and asks for none: keep it off
 * the public internet, and put the server half between it and pages.
 *
 * - It reports the phase, the queue position, the progress, the running node, and previews.
 * - One WebSocket serves all jobs that the adapter submitted and reports changes. The adapter reads the results.
 *   Without a WebSocket it polls.
 * - A cancel removes a waiting job from the queue, or interrupts the running one.
 * - If the answer to a submit is lost, the adapter looks for the job in the queue and the history, and never sends the
 *   submit again.
 * - ComfyUI forgets its jobs when it restarts. They then fail as `not-found`.
 *
 * @typeParam TInput what you submit: a workflow, or the input from which the option `workflow` makes one
 * @throws TypeError for an unknown option
 * @see https://docs.comfy.org/development/comfyui-server/comms_routes
 * @example
 * const machine = createGenerationMachine(comfyui({ baseUrl: 'http://127.0.0.1:8188' }));
 */
export function comfyui<TInput = ComfyWorkflow>(options: ComfyUiOptions<TInput> = {}): ComfyUiAdapter<TInput> {
  assertKnownOptions('comfyui', options, optionNames);
  const { headers, workflow, webSocket, fetch } = options;
  const { base, origin, name } = toBaseUrl(options.baseUrl, 'http://127.0.0.1:8188');
  const { ask, download, jobFailed, check } = createExchange({ headers, origins: [origin], fetch });
  const reading = { jobFailed, base: name };
  // When a socket is closed, ComfyUI forgets its client id, also if a newer socket has it by then.
  const readSocket = createSocketsInTurn();
  const { events } = sharedEvents({
    open(clientId, call, job) {
      const url = `${name.replace(/^http/, 'ws')}/ws?clientId=${encodeURIComponent(clientId)}`;
      return toMessages(readSocket(url, { ...call, job, messages: [hello], open: webSocket }));
    },
    route: {
      channelOf: ({ clientId }) => String(clientId),
      idsIn: ({ id }) => [id],
      toUpdate: (message, job) => toSocketUpdate(message, job, reading),
    },
  });
  let ownClientId: string | undefined;

  type Asking = Pick<JsonRequest, 'action' | 'job' | 'idempotencyKey' | 'idempotencyHeader' | 'signal'>;

  const get = async <T>(path: string, asking: Asking, toValue: (said: Members) => T | undefined): Promise<T> => {
    const answer = await ask({ ...asking, url: base + path });
    const value = isObject(answer.body) ? toValue(answer.members) : undefined;
    if (value === undefined) throw answer.toError({ code: 'invalid-response' });
    return value;
  };
  const askQueue = (asking: Asking) => get('/queue', asking, toQueue);
  const askHistory = (rest: string, asking: Asking) => get(`/history${rest}`, asking, said => said);
  /** What the history says of a job: nothing, unless it is over. */
  const askOutcome = async (job: JobRef, asking: Asking): Promise<JobUpdate<ComfyUiOutput> | undefined> => {
    const entry = (await askHistory(`/${encodeURIComponent(job.id)}`, asking))[job.id];
    return entry ? toOutcome(job, membersIn(entry), reading) : undefined;
  };

  return {
    origin: name,
    stream: { tells: 'changes' },
    hiddenResults: { origins: [origin], fetch: download },
    check,
    events,

    async submit(input, { signal, idempotencyKey }) {
      const prompt = toGraph(input, workflow, idempotencyKey);
      ownClientId ??= newId();
      const promptId = toPromptId(idempotencyKey);
      const answer = await ask({
        action: 'submit',
        url: `${base}/prompt`,
        body: { prompt, client_id: ownClientId, prompt_id: promptId, extra_data: { [keyName]: idempotencyKey } },
        signal,
        idempotencyKey,
        isAnswer: status => status === 400,
      });
      if (!answer.ok) throw answer.toError({ said: toRefusedWorkflow(answer.members) ?? answer.body });
      const nodeCount = Object.keys(prompt).length;
      const job: ComfyUiJob = { id: answer.idIn('prompt_id'), clientId: ownClientId, nodeCount };
      return { job, update: { kind: 'pending', phase: 'queued' } };
    },

    async read(job, { signal }) {
      const asking: Asking = { action: 'read', job, signal };
      const place = placeOf(await askQueue(asking), job.id);
      if (place === 'running') return { kind: 'pending', phase: place };
      if (place !== undefined) return { kind: 'pending', phase: 'queued', backendPosition: place };
      // A job is in the history before it is out of the queue, so they are asked in this order.
      const outcome = await askOutcome(job, asking);
      if (outcome) return outcome;
      throw toRequestError(asking, 'not-found', 'it is neither in the queue nor in the history', {
        advice: 'ComfyUI forgets jobs when it is restarted',
      });
    },

    async cancel(job, { signal }) {
      const asking: Asking = { action: 'cancel', job, signal };
      const command = (path: string, body: object) => ask({ ...asking, method: 'POST', url: base + path, body });
      const where = async () => placeOf(await askQueue(asking), job.id);
      let place = await where();
      const wasQueued = typeof place === 'number';
      if (wasQueued) {
        await command('/queue', { delete: [job.id] });
        place = await where();
      }
      // Older servers interrupt whatever runs, so that it is asked for only while this job does.
      if (place === 'running') await command('/interrupt', { prompt_id: job.id });
      if (place !== undefined) return { kind: 'changed' };
      return (await askOutcome(job, asking)) ?? { kind: 'cancelled', charged: wasQueued ? 'no' : undefined };
    },

    async find(idempotencyKey, { signal }: AdapterCall): Promise<Submission<ComfyUiOutput> | undefined> {
      const promptId = toPromptId(idempotencyKey);
      const asking: Asking = { action: 'find', idempotencyKey, idempotencyHeader: 'idempotency-key', signal };
      const toFound = (listed: readonly ListedPrompt[]) =>
        listed.find(({ id, extra }) => extra[keyName] === idempotencyKey || id === promptId);
      const queue = await askQueue(asking);
      const found =
        toFound([...queue.running, ...queue.pending]) ??
        (promptId && toFound(promptsIn(await askHistory(`/${promptId}`, asking)))) ??
        toFound(promptsIn(await askHistory(`?max_items=${searchedCount}`, asking)));
      return found ? { job: toFoundJob(found) } : undefined;
    },
  };
}

const toFoundJob = ({ id, graph, extra }: ListedPrompt): ComfyUiJob => ({
  id,
  clientId: String(extra['client_id'] ?? ''),
  nodeCount: Object.keys(membersIn(graph)).length,
});
