/**
 * What a client asks for, and how its backend says it.
 *
 * @typedef {{ id: string, state: 'running' | 'done' | 'cancelled', progress: number, url: string }} JobState
 * @typedef {'submit' | 'read' | 'result' | 'stream' | 'cancel'} RequestKind
 * @typedef {object} Asked
 * @property {RequestKind} kind
 * @property {boolean} [isHeld] the answer waits for the end of the job
 * @property {boolean} [isStream] the answer to the submit is the stream
 * @property {string} [id] of the job, where the path has it
 *
 * @typedef {object} Dialect
 * @property {(request: { method: string, path: string, headers: import('node:http').IncomingHttpHeaders, isKnown: boolean }) => Asked | undefined} route
 * @property {(kind: RequestKind, job: JobState) => { status?: number, body: unknown }} answer
 * @property {(job: JobState) => string} opening what a stream says first
 * @property {(job: JobState) => string} progress
 * @property {(job: JobState) => string} end says that the job is done
 * @property {string} [last] what follows the last end; then the backend closes the stream
 */

const comment = ': open\n\n';
const toEvent = (/** @type {unknown} */ data) => `data: ${JSON.stringify(data)}\n\n`;

/** Reads tell no progress, as with most vendors: it would be exact here, and who uses it would see each end at once. @param {JobState} job */
const toFile = job => ({
  id: job.id,
  url: job.state === 'done' ? job.url : null,
  type: 'image',
  ...(job.state === 'cancelled' && { status: 'cancelled', charged: false }),
  tasks: [],
});

/** The API of `fileBackend`. Its stream tells what changes, and stays open. @type {Dialect} */
const file = {
  route({ method, path }) {
    if (method === 'POST') return { kind: 'submit' };
    const id = path.split(/[/.]/).at(-1) ?? '';
    if (path.startsWith('/api/events/')) return { kind: 'stream', id };
    return { kind: method === 'DELETE' ? 'cancel' : 'read', id };
  },
  answer: (kind, job) => ({ body: kind === 'submit' ? { success: true, fileId: job.id } : toFile(job) }),
  opening: () => comment,
  progress: job =>
    toEvent({ type: 'render_progress', object: { file_id: job.id, progress: Math.round(job.progress * 100) } }),
  end: job => toEvent({ type: 'file', object: toFile(job) }),
};

/** @param {JobState} job */
const toState = job => ({ id: job.id, state: job.state, progress: job.progress, url: toFile(job).url });

/** A backend whose stream tells the state on opening, then each change, and ends with the job. @type {Dialect} */
const states = {
  route: request => file.route(request),
  answer: (_kind, job) => ({ body: toState(job) }),
  opening: job => toEvent(toState(job)),
  progress: job => toEvent(toState(job)),
  end: job => toEvent(toState(job)),
  last: '',
};

/** @param {JobState} job */
const toFalStatus = job => ({
  status: job.state === 'done' ? 'COMPLETED' : 'IN_PROGRESS',
  request_id: job.id,
  response_url: `https://queue.fal.run/fal-ai/model/requests/${job.id}`,
  status_url: `https://queue.fal.run/fal-ai/model/requests/${job.id}/status`,
  cancel_url: `https://queue.fal.run/fal-ai/model/requests/${job.id}/cancel`,
  logs: [],
});

/** @type {Dialect} */
const fal = {
  route({ method, path }) {
    if (method === 'POST') return { kind: 'submit' };
    if (method === 'PUT') return { kind: 'cancel' };
    if (path.endsWith('/status/stream')) return { kind: 'stream' };
    return { kind: path.endsWith('/status') ? 'read' : 'result' };
  },
  answer(kind, job) {
    if (kind === 'submit') return { body: { ...toFalStatus(job), status: 'IN_QUEUE', queue_position: 0 } };
    if (kind === 'cancel') return { status: 202, body: { status: 'CANCELLATION_REQUESTED' } };
    if (kind === 'read') return { status: job.state === 'done' ? 200 : 202, body: toFalStatus(job) };
    if (job.state === 'done') return { body: { images: [{ url: job.url }] } };
    return { status: 400, body: { detail: 'Request is still in progress' } };
  },
  opening: job => toEvent(toFalStatus(job)),
  progress: job => toEvent(toFalStatus(job)),
  end: job => toEvent(toFalStatus(job)),
  last: '',
};

const replicateStates = { running: 'processing', done: 'succeeded', cancelled: 'canceled' };

/** @param {JobState} job */
const toPrediction = job => ({
  id: job.id,
  status: replicateStates[job.state],
  output: job.state === 'done' ? job.url : null,
  error: null,
  logs: '',
  urls: { get: `https://api.replicate.com/v1/predictions/${job.id}` },
});

/** @type {Dialect} */
const replicate = {
  route({ method, path, headers }) {
    if (path.endsWith('/cancel')) return { kind: 'cancel' };
    if (method !== 'POST') return { kind: 'read' };
    return { kind: 'submit', isHeld: String(headers['prefer'] ?? '').startsWith('wait') };
  },
  answer: (kind, job) => ({ status: kind === 'submit' ? 201 : 200, body: toPrediction(job) }),
  opening: () => comment,
  progress: () => comment,
  end: () => comment,
};

let runs = 0;
const toRunEvent = (/** @type {object} */ data) => `id: ${++runs}\n${toEvent(data)}`;

/** The wire format of TanStack AI's server: the answer to the submit is the stream, and can be resumed. @type {Dialect} */
const tanstack = {
  route: ({ isKnown }) => ({ kind: isKnown ? 'stream' : 'submit', isStream: true }),
  answer: (_kind, job) => ({ body: toState(job) }),
  opening: job => toRunEvent({ type: 'RUN_STARTED', runId: job.id, threadId: job.id, timestamp: 0 }),
  progress: job =>
    toRunEvent({ type: 'CUSTOM', name: 'generation:progress', value: { progress: job.progress * 100 }, timestamp: 0 }),
  end: job =>
    toRunEvent({
      type: 'CUSTOM',
      name: 'generation:result',
      value: { jobId: job.id, status: 'completed', url: job.url },
      timestamp: 0,
    }),
  last: 'data: {"type":"RUN_FINISHED","runId":"run","threadId":"run","timestamp":0}\n\n',
};

/** @type {Readonly<Record<string, Dialect>>} */
export const dialects = { file, states, fal, replicate, tanstack };
