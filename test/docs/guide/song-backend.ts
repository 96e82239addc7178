// song-backend.ts
import type { GenerationAdapter, JobRef } from 'generation-lifecycle';
import { type HeadersSource, httpAdapter, statusTable } from 'generation-lifecycle/adapters/http';

export type Song = { readonly url: string };
type State = { status?: string; progress?: number; nextReadMs?: number; url?: string; error?: string };

const ends = { cancelled: 'cancelled', failed: 'job-failed', flagged: 'moderated', deleted: 'expired' } as const;
const toState = statusTable({ queued: 'queued', running: 'running', done: 'done', ...ends });

export function songBackend(baseUrl: string, headers: HeadersSource = {}): GenerationAdapter<{ lyrics: string }, Song> {
  const urlOf = (job: JobRef) => `${baseUrl}/songs/${encodeURIComponent(job.id)}`;
  return httpAdapter({
    headers,
    idempotentSubmit: 'replays', // this backend charges once per key
    submit: body => ({ url: `${baseUrl}/songs`, body, idempotencyHeader: 'Idempotency-Key' }),
    read: job => ({ url: urlOf(job) }),
    events: job => ({ url: `${urlOf(job)}/events` }),
    cancel: job => ({ url: urlOf(job), method: 'DELETE' }),
    toUpdate({ status, url, error, progress, nextReadMs }: State, { jobFailed }) {
      const state = toState(status); // `pending` if it is unknown
      if (state === 'done') return url ? { kind: 'succeeded', output: { url } } : { kind: 'changed' }; // read again
      if (state === 'cancelled') return { kind: 'cancelled', charged: 'no' };
      if (state === 'queued') return { kind: 'pending', phase: 'queued' };
      if (state === 'running' || state === 'pending') return { kind: 'pending', progress, readAfterMs: nextReadMs };
      return jobFailed(error, { code: state, charged: 'no' });
    },
  });
}
