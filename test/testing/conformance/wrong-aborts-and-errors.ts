import { GenerationError, isGenerationError } from 'generation-lifecycle';
import { completeBackend, type SongAdapter, token } from './complete-backend.js';
import {
  deafTo,
  hasStatus,
  isByKey,
  isPost,
  isStream,
  methodOf,
  none,
  otherFailure,
  throwsIn,
  type WrongAdapter,
  wrong,
  wrongFetch,
} from './wrong-adapter.js';

let lastUrl = '';

/** Submits of this adapter only are known to it. */
function forgetful({ url }: { readonly url: string }): SongAdapter {
  const right = completeBackend({ url });
  const submitted = new Set<string>();
  return {
    ...right,
    async submit(input, call) {
      const submission = await right.submit(input, call);
      submitted.add(submission.job.id);
      return submission;
    },
    async read(job, call) {
      const update = await right.read(job, call);
      return update.kind === 'succeeded' && !submitted.has(job.id) ? { kind: 'changed' } : update;
    },
  };
}

export const wrongAbortsAndErrors: Readonly<Record<string, WrongAdapter>> = {
  'submit() rejects when it is aborted, and closes its connection': wrongFetch(send => (target, init) => {
    const { signal, ...rest } = init;
    return send(target, isPost(init) && !signal?.aborted ? rest : init);
  }),
  'submit() sends nothing if it is aborted before': wrong(right => ({
    async submit(input, call) {
      if (!call.signal.aborted) return right.submit(input, call);
      await right.submit(input, { ...call, signal: new AbortController().signal });
      throw call.signal.reason;
    },
  })),
  'read() rejects when it is aborted, and closes its connection': deafTo(
    (target, init) => methodOf(init) === 'GET' && !isByKey(target) && !isStream(target),
  ),
  'cancel() rejects when it is aborted, and closes its connection': deafTo(
    (target, init) => methodOf(init) === 'DELETE' && !isByKey(target),
  ),
  'events() ends when it is aborted before its answer, and closes its connection': wrongFetch(
    send => async (target, init) => {
      if (!isStream(target)) return send(target, init);
      const { signal, ...rest } = init;
      const controller = new AbortController();
      // The signal counts from the answer on.
      const answer = await send(target, { ...rest, signal: controller.signal });
      if (signal?.aborted) controller.abort();
      signal?.addEventListener('abort', () => controller.abort());
      return answer;
    },
  ),
  'events() ends when it is aborted within its stream, and closes its connection': wrong(right => ({
    async *events(job, call) {
      // The signal counts until the first update.
      const controller = new AbortController();
      const forward = () => controller.abort();
      call.signal.addEventListener('abort', forward);
      for await (const update of right.events?.(job, { ...call, signal: controller.signal }) ?? none()) {
        if (update.kind === 'pending' && update.progress !== undefined)
          call.signal.removeEventListener('abort', forward);
        yield update;
      }
    },
  })),

  'errors have the members of the port': throwsIn('read', hasStatus(404), error => {
    const charged: unknown = 'perhaps';
    return new GenerationError({ ...error.failure, charged: charged as 'maybe' });
  }),
  'errors say in a sentence what happened': throwsIn('read', hasStatus(404), otherFailure({ message: 'song/1' })),
  'errors about a job name it': throwsIn(
    'read',
    hasStatus(404),
    otherFailure({ message: 'The job was not found. Look at the backend.', job: undefined }),
  ),
  'errors of a read are no reason to pay again': throwsIn('read', hasStatus(401), otherFailure({ retryable: true })),
  'no secret is sent in a URL': wrongFetch(send => (target, init) => {
    const isCancel = methodOf(init) === 'DELETE' && !isByKey(target);
    return send(isCancel ? `${target}?token=${token}` : target, init);
  }),
  'errors and jobs hold no credentials': wrong(right => ({
    async submit(input, call) {
      const { job } = await right.submit(input, call);
      return { job: { ...job, token } };
    },
  })),
  'errors hold no signed URL': ({ url }) => {
    let words = '';
    const right = completeBackend({
      url,
      async fetch(target, init) {
        const answer = await fetch(target, init);
        if (answer.status !== 400) return answer;
        words = (await answer.clone().text()).replaceAll(token, '…');
        return answer;
      },
    });
    return {
      ...right,
      read: (job, call) =>
        right.read(job, call).catch((error: unknown) => {
          throw isGenerationError(error) && hasStatus(400)(error)
            ? new GenerationError({ ...error.failure, message: `Job ${job.id} was refused: ${words}.` })
            : error;
        }),
    };
  },

  'the adapter declares what the port knows': wrong(() => ({ idempotencyWindowMs: -1 })),
  'the origin is the same for each adapter of a backend, and holds no secret': wrong((_, url) => ({
    origin: `${url}?key=${token}`,
  })),
  'a new adapter follows a job from its JSON': forgetful,
  'two adapters share nothing': ({ url }) => {
    lastUrl = url;
    return completeBackend({ url, fetch: (target, init) => fetch(target.replace(/^http:..[^/]+/, lastUrl), init) });
  },
};
