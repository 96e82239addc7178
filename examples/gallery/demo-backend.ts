import type { GenerationAdapter, JobRef, JobUpdate } from 'generation-lifecycle';

export type Wish = { readonly prompt: string };
export type Picture = { readonly url: string; readonly prompt: string };

/** How long the backend takes to accept a job, in ms. */
const acceptsAfterMs = 20;

/** How long a picture takes, in ms. */
const takesMs = 2_000;

const draw = (prompt: string, hue: number) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120"><rect width="160" height="120" fill="hsl(${hue} 60% 35%)"/><title>${prompt}</title></svg>`,
  )}`;

/**
 * A backend in the page, in place of yours. A prompt with "refused" fails once, one with "interrupted" loses its job once, and one with
 * "short" has a link that expires.
 */
export function demoBackend(): GenerationAdapter<Wish, Picture> {
  type Job = {
    readonly prompt: string;
    readonly startedAt: number;
    isCancelled: boolean;
    isInterrupted: boolean;
    reads: number;
  };
  const jobs = new Map<string, Job>();
  const refused = new Set<string>();

  function toUpdate(job: Job): JobUpdate<Picture> {
    const { prompt, startedAt } = job;
    const elapsedMs = Date.now() - startedAt;
    if (job.isCancelled) return { kind: 'cancelled' };
    if (prompt.includes('refused') && !refused.has(prompt)) {
      refused.add(prompt);
      const failure = { code: 'job-failed', message: 'The model has refused.', charged: 'no' } as const;
      return { kind: 'failed', failure: { ...failure, retryable: true, resumable: false } };
    }
    if (prompt.includes('interrupted') && !job.isInterrupted) {
      job.isInterrupted = true;
      const failure = { code: 'unreachable', message: 'The connection was lost.', charged: 'yes' } as const;
      return { kind: 'failed', failure: { ...failure, retryable: false, resumable: true } };
    }
    if (elapsedMs < takesMs) {
      return { kind: 'pending', progress: elapsedMs / takesMs, etaMs: takesMs - elapsedMs };
    }
    job.reads += 1;
    const output = { prompt, url: draw(prompt, job.reads * 70) };
    const isShort = prompt.includes('short') && job.reads === 1;
    return { kind: 'succeeded', output, expiresAt: Date.now() + (isShort ? 1_000 : 3_600_000) };
  }

  const find = ({ id }: JobRef): Job => {
    const job = jobs.get(id);
    if (!job) throw new Error(`There is no job ${id}`);
    return job;
  };
  return {
    async submit({ prompt }, { idempotencyKey: id }) {
      await new Promise(resolve => setTimeout(resolve, acceptsAfterMs));
      jobs.set(id, { prompt, startedAt: Date.now(), isCancelled: false, isInterrupted: false, reads: 0 });
      return { job: { id } };
    },
    read: async job => toUpdate(find(job)),
    async cancel(job) {
      find(job).isCancelled = true;
      return { kind: 'cancelled' };
    },
  };
}
