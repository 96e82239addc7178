// song-backend.ts
import { type FailureCode, type GenerationAdapter, GenerationError, type JobUpdate } from 'generation-lifecycle';
import { readEventStream, toRetryAfterMs } from 'generation-lifecycle/adapters';

export type Song = { readonly url: string };
type State = { id: string; status: string; progress?: number; url?: string; error?: string };

const codes: Record<number, FailureCode> = {
  401: 'unauthorized',
  402: 'payment-required',
  404: 'not-found',
  422: 'bad-input',
  429: 'rate-limited',
};

export function songBackend(baseUrl: string): GenerationAdapter<{ lyrics: string }, Song> {
  const urlOf = (id: string) => `${baseUrl}/songs/${encodeURIComponent(id)}`;
  return {
    idempotentSubmit: true, // this backend charges once per key
    async submit(input, { signal, idempotencyKey }) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
      const state = await ask(`${baseUrl}/songs`, { method: 'POST', body: JSON.stringify(input), headers, signal });
      return { job: { id: state.id }, update: toUpdate(state) };
    },
    read: async ({ id }, { signal }) => toUpdate(await ask(urlOf(id), { signal })),
    cancel: async ({ id }, { signal }) => toUpdate(await ask(urlOf(id), { method: 'DELETE', signal })),
    async *events(job, call) {
      for await (const { data } of readEventStream(`${urlOf(job.id)}/events`, { ...call, job }))
        yield toUpdate(JSON.parse(data));
    },
  };
}

function toUpdate({ status, progress, url, error = 'The backend gave no reason.' }: State): JobUpdate<Song> {
  if (status === 'done') return url ? { kind: 'succeeded', output: { url } } : { kind: 'changed' }; // read again
  if (status === 'cancelled') return { kind: 'cancelled' };
  if (status !== 'failed') return { kind: 'pending', progress }; // also any unknown status
  const failure = { code: 'job-failed', message: error, retryable: true, resumable: false, charged: 'no' } as const;
  return { kind: 'failed', failure };
}

async function ask(url: string, init: RequestInit): Promise<State> {
  const answer = await fetch(url, init); // an error that fetch throws counts as `network`
  if (answer.ok) return answer.json();
  const { [answer.status]: code = 'network' } = codes;
  const message = `${url} answered ${answer.status}.`;
  const charged = code === 'network' ? 'maybe' : 'no'; // a refused submit is not charged
  const retryable = code === 'network' || code === 'rate-limited';
  const retryAfterMs = toRetryAfterMs(answer.headers);
  throw new GenerationError({ code, message, status: answer.status, charged, retryable }, { retryAfterMs });
}
