// song-backend.ts
import type { GenerationAdapter, JobRef, JobUpdate } from 'generation-lifecycle';
import { createExchange, type HeadersSource, type JsonRequest, statusTable } from 'generation-lifecycle/adapters/http';

export type Song = { readonly url: string };
type State = { status?: string; progress?: number; nextReadMs?: number; url?: string; error?: string };

const ends = { cancelled: 'cancelled', failed: 'job-failed', flagged: 'moderated', deleted: 'expired' } as const;
const toState = statusTable({ queued: 'queued', running: 'running', done: 'done', ...ends });

export function songBackend(baseUrl: string, headers: HeadersSource = {}): GenerationAdapter<{ lyrics: string }, Song> {
  const { ask, events, jobFailed } = createExchange({ headers });
  const urlOf = (job: JobRef) => `${baseUrl}/songs/${encodeURIComponent(job.id)}`;
  const toUpdate = (job: JobRef, { status, url, error, progress, nextReadMs }: State): JobUpdate<Song> => {
    const state = toState(status); // `pending` if it is unknown
    if (state === 'done') return url ? { kind: 'succeeded', output: { url } } : { kind: 'changed' }; // read again
    if (state === 'cancelled') return { kind: 'cancelled', charged: 'no' };
    if (state === 'queued') return { kind: 'pending', phase: 'queued' };
    if (state === 'running' || state === 'pending') return { kind: 'pending', progress, readAfterMs: nextReadMs };
    return jobFailed(job, error, { code: state, charged: 'no' });
  };
  const send = async (request: JsonRequest) => {
    const answer = await ask(request);
    const job = { id: answer.idIn('id') }; // throws if there is none
    return { job, update: toUpdate(job, answer.members) };
  };
  return {
    idempotentSubmit: 'replays', // this backend charges once per key
    submit: (body, call) =>
      send({ action: 'submit', url: `${baseUrl}/songs`, body, idempotencyHeader: 'Idempotency-Key', ...call }),
    read: async (job, call) => (await send({ action: 'read', job, url: urlOf(job), ...call })).update,
    async cancel(job, call) {
      const { update } = await send({ action: 'cancel', method: 'DELETE', job, url: urlOf(job), ...call });
      return update;
    },
    async *events(job, call) {
      for await (const { members } of events({ job, url: `${urlOf(job)}/events`, ...call }))
        yield members['id'] === job.id ? toUpdate(job, members) : { kind: 'ignored' };
    },
  };
}
