import {
  type FailureCode,
  type GenerationAdapter,
  GenerationError,
  type JobRef,
  type JobUpdate,
} from 'generation-lifecycle';
import { type Fetch, readEventStream, toRetryAfterMs } from 'generation-lifecycle/adapters';
import type { AdapterTestServer } from 'generation-lifecycle/testing';

// An adapter that has everything which the port knows, and the answers of its backend.

export type Song = { readonly url: string };
export type SongAdapter = GenerationAdapter<{ readonly lyrics: string }, Song>;
export type SongState = { readonly [member: string]: unknown };

export const token = 'test-token-5150';

type Asked = { readonly job?: JobRef; readonly isSubmit?: boolean };

const codes: Readonly<Record<number, FailureCode>> = {
  400: 'bad-input',
  401: 'unauthorized',
  402: 'payment-required',
  404: 'not-found',
  409: 'busy',
  422: 'bad-input',
  429: 'rate-limited',
  503: 'busy',
};

export function completeBackend({
  url,
  fetch = globalThis.fetch,
  mode = 'replays',
}: {
  readonly url: string;
  readonly fetch?: Fetch;
  readonly mode?: 'replays' | 'rejects';
}): SongAdapter {
  const authorization = `Bearer ${token}`;
  const pathOf = ({ id }: JobRef) => `/songs/${encodeURIComponent(id)}`;

  const send = async (path: string, init: RequestInit, { job, isSubmit = false }: Asked) => {
    const about = job ? `job ${job.id}` : 'the song';
    try {
      const answer = await fetch(`${url}${path}`, { ...init, headers: { authorization, ...init.headers } });
      return { answer, body: await answer.text(), about };
    } catch (error) {
      if (init.signal?.aborted) throw error;
      const message = `The request about ${about} got no answer. Try again later.`;
      throw new GenerationError({ code: 'network', message, charged: 'maybe', job, retryable: isSubmit });
    }
  };
  const ask = async (path: string, init: RequestInit, asked: Asked): Promise<SongState> => {
    const { answer, body, about } = await send(path, init, asked);
    if (answer.ok) return toState(body, about, asked);
    const code = body.includes('moderated') ? 'moderated' : (codes[answer.status] ?? 'network');
    const charged = code === 'network' || answer.status === 409 ? 'maybe' : 'no';
    const message = `The request about ${about} was answered with ${answer.status}. Look at the backend.`;
    const retryAfterMs = toRetryAfterMs(answer.headers);
    const failure = { code, message, charged, job: asked.job, status: answer.status } as const;
    throw new GenerationError(failure, { retryAfterMs });
  };

  return {
    idempotentSubmit: mode,
    idempotencyWindowMs: 86_400_000,
    stream: { tells: 'changes' },
    origin: url,
    async submit(input, { signal, idempotencyKey }) {
      const headers = { 'idempotency-key': idempotencyKey };
      const body = JSON.stringify(input);
      const state = await ask('/songs', { method: 'POST', body, headers, signal }, { isSubmit: true });
      return { job: { id: String(state['id']) } };
    },
    async read(job, { signal }) {
      return toUpdate(await ask(pathOf(job), { signal }, { job }), job);
    },
    async *events(job, call) {
      const headers = { authorization };
      for await (const { data } of readEventStream(`${url}${pathOf(job)}/events`, { ...call, job, headers, fetch })) {
        const state = parse(data);
        yield state?.['id'] === job.id ? toUpdate(state, job) : { kind: 'ignored' };
      }
    },
    async cancel(job, { signal }) {
      return toUpdate(await ask(pathOf(job), { method: 'DELETE', signal }, { job }), job);
    },
    async find(key, { signal }) {
      const { answer, body, about } = await send(`/songs/by-key/${key}`, { signal }, {});
      if (answer.status === 404 && parse(body)?.['known'] === false) return undefined;
      if (!answer.ok) throw new GenerationError({ code: 'network', message: `The lookup of ${about} has failed.` });
      return { job: { id: String(toState(body, about, {})['id']) } };
    },
    async cancelByKey(key, { signal }) {
      const init = { method: 'DELETE', signal };
      const { answer, body, about } = await send(`/songs/by-key/${key}`, init, {});
      if (answer.status === 204) return undefined;
      if (!answer.ok) throw new GenerationError({ code: 'network', message: `The cancel of ${about} has failed.` });
      return { job: { id: String(toState(body, about, {})['id']) } };
    },
  };
}

function parse(text: string): SongState | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function toState(body: string, about: string, { job }: Asked): SongState {
  const state = parse(body);
  if (typeof state?.['id'] === 'string') return state;
  const message = `The answer about ${about} has no id. Check the URL of the backend.`;
  throw new GenerationError({ code: 'invalid-response', message, charged: 'maybe', job });
}

function toUpdate(state: SongState, job: JobRef): JobUpdate<Song> {
  const { status, progress, url, nextReadMs } = state;
  switch (status) {
    case 'done':
      return { kind: 'succeeded', output: { url: String(url) }, cost: { amount: 2, unit: 'credits' } };
    case 'cancelled':
      return { kind: 'cancelled', charged: 'no' };
    case 'failed':
    case 'moderated':
    case 'expired': {
      const code = status === 'failed' ? 'job-failed' : status;
      const message = `Job ${job.id} has ended without a song. Change the lyrics, then submit again.`;
      return { kind: 'failed', failure: { code, message, retryable: true, resumable: false, charged: 'maybe', job } };
    }
    case 'queued':
      return { kind: 'pending', phase: 'queued', backendPosition: 2 };
    default:
      return {
        kind: 'pending',
        ...(typeof progress === 'number' && { progress }),
        ...(typeof nextReadMs === 'number' && { readAfterMs: nextReadMs }),
      };
  }
}

const song = (state: SongState = {}, status = 200) =>
  Response.json({ id: 'song/1', status: 'running', ...state }, { status });
const stream = (...lines: readonly string[]) =>
  new Response(`${lines.join('\n')}\n\n`, { headers: { 'content-type': 'text/event-stream' } });
const event = (state: SongState) => `data: ${JSON.stringify({ id: 'song/1', status: 'running', ...state })}`;

/** Every situation that the kit knows. */
export const completeServer = {
  submit: {
    accepted: () => song({}, 201),
    repeated: () => song(),
    inProgress: () => Response.json({}, { status: 409, headers: { 'retry-after': '1' } }),
    unauthorized: () => Response.json({}, { status: 401 }),
    paymentRequired: () => Response.json({}, { status: 402 }),
    badInput: () => Response.json({}, { status: 422 }),
    rateLimited: () => Response.json({}, { status: 429, headers: { 'retry-after': '3' } }),
    busy: () => Response.json({}, { status: 503 }),
    moderated: () => Response.json({ code: 'moderated' }, { status: 422 }),
  },
  read: {
    running: () => song({ progress: 0.4 }),
    succeeded: () => song({ status: 'done', url: 'https://songs.test/1.mp3' }),
    queued: () => song({ status: 'queued' }),
    paced: () => song({ nextReadMs: 9_000 }),
    unknownStatus: () => song({ status: 'mastering' }),
    failed: () => song({ status: 'failed' }),
    moderated: () => song({ status: 'moderated' }),
    cancelled: () => song({ status: 'cancelled' }),
    expired: () => song({ status: 'expired' }),
    notFound: () => Response.json({}, { status: 404 }),
    unauthorized: () => Response.json({}, { status: 401 }),
    rateLimited: () => Response.json({}, { status: 429, headers: { 'retry-after': '3' } }),
  },
  events: {
    running: () => stream(event({ progress: 0.4 })),
    succeeded: () => stream(event({ status: 'done', url: 'https://songs.test/1.mp3' })),
    silent: () => stream(': ping'),
    otherJob: () => stream(event({ id: 'song/2' })),
    garbled: () => stream('data: <html>', '', event({})),
    noStream: () => new Response(null, { status: 204 }),
    withId: () => stream('id: last-1', event({})),
  },
  cancel: {
    stopped: () => song({ status: 'cancelled' }),
    accepted: () => song({ status: 'cancelling' }, 202),
    tooLate: () => song({ status: 'done', url: 'https://songs.test/1.mp3' }),
  },
  find: { known: () => song(), unknown: () => Response.json({ known: false }, { status: 404 }) },
  cancelByKey: { known: () => song({ status: 'cancelled' }), unknown: () => new Response(null, { status: 204 }) },
} satisfies AdapterTestServer;

export const songOptions = { server: completeServer, input: { lyrics: 'la la' }, secrets: [token] };
