// song-backend.ts
import { type FailureCode, type GenerationAdapter, GenerationError, type JobUpdate } from 'generation-lifecycle';
import { readEventStream, toRetryAfterMs } from 'generation-lifecycle/adapters';

export type Song = { readonly url: string };
type State = { id?: string; status?: string; progress?: number; nextReadMs?: number; url?: string; error?: string };

const ends = new Map<string, FailureCode>([
  ['failed', 'job-failed'],
  ['flagged', 'moderated'],
  ['deleted', 'expired'],
]);
const codes: Record<number, FailureCode> = {
  401: 'unauthorized',
  402: 'payment-required',
  404: 'not-found',
  409: 'busy', // a submit with this key is still in progress
  422: 'bad-input',
  429: 'rate-limited',
  451: 'moderated',
  503: 'busy',
};

type Auth = Record<string, string>;

export function songBackend(baseUrl: string, auth: Auth = {}): GenerationAdapter<{ lyrics: string }, Song> {
  const urlOf = (id: string) => `${baseUrl}/songs/${encodeURIComponent(id)}`;
  const askJob = (id: string, init: RequestInit) => ask(`job ${id}`, urlOf(id), { ...init, headers: auth });
  return {
    idempotentSubmit: 'replays', // this backend charges once per key
    async submit(input, { signal, idempotencyKey }) {
      const headers = { ...auth, 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
      const init = { method: 'POST', body: JSON.stringify(input), headers, signal };
      const state = await ask('the submit', `${baseUrl}/songs`, init);
      return { job: { id: state.id }, update: toUpdate(state) };
    },
    read: async ({ id }, { signal }) => toUpdate(await askJob(id, { signal })),
    cancel: async ({ id }, { signal }) => toUpdate(await askJob(id, { method: 'DELETE', signal })),
    async *events(job, call) {
      for await (const { data } of readEventStream(`${urlOf(job.id)}/events`, { ...call, job, headers: auth })) {
        const state = await parse(new Response(data));
        yield state.id === job.id ? toUpdate(state) : { kind: 'ignored' };
      }
    },
  };
}

function toUpdate({ status = '', url, error = 'The backend gave no reason.', ...state }: State): JobUpdate<Song> {
  const code = ends.get(status);
  if (code)
    return { kind: 'failed', failure: { code, message: error, retryable: true, resumable: false, charged: 'no' } };
  if (status === 'done') return url ? { kind: 'succeeded', output: { url } } : { kind: 'changed' }; // read again
  if (status === 'cancelled') return { kind: 'cancelled', charged: 'no' };
  if (status === 'queued') return { kind: 'pending', phase: 'queued' };
  return { kind: 'pending', progress: state.progress, readAfterMs: state.nextReadMs }; // also any unknown status
}

const parse = (answer: Response): Promise<State> => answer.json().catch(() => ({}));

async function ask(about: string, url: string, init: RequestInit) {
  const answer = await fetch(url, init); // an error that fetch throws counts as `network`
  const { status, ok, headers } = answer;
  const { id, ...state } = await parse(answer);
  if (ok && id) return { ...state, id };
  const { [status]: code = ok ? 'invalid-response' : 'network' } = codes;
  const isUnclear = code === 'network' || code === 'invalid-response' || status === 409;
  const message = `The backend answered ${status} to ${about}. Look for it in the log of the backend.`;
  const charged = isUnclear ? 'maybe' : 'no'; // a refused submit is not charged
  const retryable = init.method === 'POST' && ['network', 'rate-limited', 'busy'].includes(code); // a read pays nothing
  const failure = { code, message, status, charged, retryable } as const;
  throw new GenerationError(failure, { retryAfterMs: toRetryAfterMs(headers) });
}
