import { GenerationError } from 'generation-lifecycle';
import { readEventStream, toRetryAfterMs } from 'generation-lifecycle/adapters';

/** @import { GenerationAdapter, JobUpdate } from 'generation-lifecycle' */

/** @param {{ state: string, progress: number, url: string }} told @returns {JobUpdate<{ url: string }>} */
function toUpdate({ state, progress, url }) {
  if (state === 'done') return { kind: 'succeeded', output: { url } };
  return state === 'cancelled' ? { kind: 'cancelled', charged: 'no' } : { kind: 'pending', phase: 'running', progress };
}

/** An adapter as the guide shows it, for a backend whose stream tells states. @param {string} url @returns {GenerationAdapter<{ prompt: string }, { url: string }>} */
export function statesBackend(url) {
  /** @param {string} path @param {RequestInit} init */
  const ask = async (path, init) => {
    const charged = init.method === 'POST' ? 'maybe' : 'no';
    const response = await fetch(`${url}/states/-/api/${path}`, init).catch(cause => {
      const message = `The backend did not answer ${path}. Check at the backend before you submit again.`;
      throw new GenerationError({ code: 'network', message, charged }, { cause });
    });
    if (response.ok) return response.json();
    const retryAfterMs = toRetryAfterMs(response.headers);
    throw new GenerationError({
      code: response.status === 429 ? 'rate-limited' : 'network',
      message: `The backend answered ${path} with ${response.status}. Try again later.`,
      status: response.status,
      charged,
      retryAfterMs,
    });
  };
  return {
    stream: { tells: 'states' },
    submit: async ({ prompt }, { signal }) => {
      const { id } = await ask('generate/image', { method: 'POST', body: JSON.stringify({ prompt }), signal });
      return { job: { id } };
    },
    read: async ({ id }, { signal }) => toUpdate(await ask(`file/${id}`, { signal })),
    cancel: async ({ id }, { signal }) => toUpdate(await ask(`file/${id}`, { method: 'DELETE', signal })),
    async *events(job, call) {
      for await (const { data } of readEventStream(`${url}/states/-/api/events/file.${job.id}`, { ...call, job })) {
        yield toUpdate(JSON.parse(data));
      }
    },
  };
}
