import {
  type GenerationAdapter,
  GenerationError,
  isGenerationError,
  type JobRef,
  type JobUpdate,
} from 'generation-lifecycle';
import type { Fetch } from 'generation-lifecycle/adapters';
import { completeBackend, type Song, type SongAdapter, token } from './complete-backend.js';

/** An adapter with one fault, by the requirement that it violates. */
export type WrongAdapter = (backend: { readonly url: string }) => SongAdapter;

type Update = JobUpdate<Song>;
type Changes = (right: SongAdapter, url: string) => Partial<SongAdapter>;

const wrong =
  (changes: Changes, mode: 'replays' | 'rejects' = 'replays'): WrongAdapter =>
  ({ url }) => {
    const right = completeBackend({ url, mode });
    return { ...right, ...changes(right, url) };
  };

const wrongFetch =
  (toFetch: (send: Fetch) => Fetch): WrongAdapter =>
  ({ url }) =>
    completeBackend({ url, fetch: toFetch((target, init) => globalThis.fetch(target, init)) });

const methodOf = ({ method = 'GET' }: RequestInit) => method;
const isPost = (init: RequestInit) => methodOf(init) === 'POST';

/** Another answer where an answer of this kind would be. */
const readsAs = (fits: (update: Update) => boolean, other: (update: Update, job: JobRef) => Update): WrongAdapter =>
  wrong(right => ({
    async read(job, call) {
      const update = await right.read(job, call);
      return fits(update) ? other(update, job) : update;
    },
  }));

const throwsIn = (
  name: 'submit' | 'read',
  fits: (error: GenerationError) => boolean,
  other: (error: GenerationError) => unknown,
): WrongAdapter =>
  wrong(right => {
    const rethrown = async <TAnswer>(answer: Promise<TAnswer>) =>
      answer.catch((error: unknown) => {
        throw isGenerationError(error) && fits(error) ? other(error) : error;
      });
    return name === 'submit'
      ? { submit: (input, call) => rethrown(right.submit(input, call)) }
      : { read: (job, call) => rethrown(right.read(job, call)) };
  });

const otherFailure = (changes: Partial<GenerationError['failure']>) => (error: GenerationError) =>
  new GenerationError({ ...error.failure, ...changes });
const hasCode = (code: string) => (error: GenerationError) => error.code === code;
const hasStatus = (status: number) => (error: GenerationError) => error.failure.status === status;
const hasFailed = (code: string) => (update: Update) => update.kind === 'failed' && update.failure.code === code;

const streams = (changed: (updates: AsyncIterable<Update>, job: JobRef) => AsyncIterable<Update>): WrongAdapter =>
  wrong(right => ({ events: (job, call) => changed(right.events?.(job, call) ?? none(), job) }));

async function* none(): AsyncGenerator<Update> {}

const cancels = (
  fits: (update: Update | void) => boolean,
  other: Awaited<ReturnType<NonNullable<SongAdapter['cancel']>>>,
): WrongAdapter =>
  wrong(right => ({
    async cancel(job, call) {
      const update = await right.cancel?.(job, call);
      return fits(update) ? other : update;
    },
  }));

/** The signal never gets to the request. */
const deafTo = (isMeant: (target: string, init: RequestInit) => boolean): WrongAdapter =>
  wrongFetch(send => (target, init) => {
    if (!isMeant(target, init)) return send(target, init);
    const { signal: _, ...rest } = init;
    return send(target, rest);
  });

const isByKey = (target: string) => target.includes('/by-key/');
const isStream = (target: string) => target.endsWith('/events');

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

const lookups = (name: 'find' | 'cancelByKey', post: (url: string) => Promise<unknown>) => {
  type Lookup = NonNullable<GenerationAdapter<unknown, Song>['find']>;
  const changed = (change: (right: Lookup, url: string) => Lookup) =>
    wrong((right, url) => ({
      [name]: change((key, call) => right[name]?.(key, call) ?? Promise.resolve(undefined), url),
    }));
  return {
    [`${name}() answers with the job of a known key`]: changed(right => async (key, call) => {
      const submission = await right(key, call);
      return submission && { job: { id: `${submission.job.id}-other` } };
    }),
    [`${name}() sends the key, and submits nothing`]: changed((right, url) => async (key, call) => {
      const submission = await right(key, call);
      if (submission) await post(url);
      return submission;
    }),
    [`${name}() answers undefined for an unknown key`]: changed(right => async (key, call) => {
      const submission = await right(key, call);
      if (!submission) throw new Error('There is no such key.');
      return submission;
    }),
    [`${name}() that fails does not say that there is no job`]: changed(
      right => (key, call) =>
        right(key, call).catch(error => {
          if (call.signal.aborted) throw error;
          return undefined;
        }),
    ),
    [`${name}() rejects when it is aborted, and closes its connection`]: deafTo(
      (target, init) => isByKey(target) && (name === 'find') === (methodOf(init) === 'GET'),
    ),
  };
};

const submitAgain = (url: string) =>
  fetch(`${url}/songs`, { method: 'POST', body: '{}' }).then(answer => answer.text());

export const wrongAdapters: Readonly<Record<string, WrongAdapter>> = {
  'submit() answers with a job that has a text as id, and survives JSON': wrong(right => ({
    async submit(input, call) {
      const { job } = await right.submit(input, call);
      const at: unknown = new Date(0);
      return { job: { ...job, at: at as string } };
    },
  })),
  'submit() sends one paid request': wrongFetch(send => async (target, init) => {
    const answer = await send(target, init);
    return isPost(init) && answer.status === 201 ? send(target, init) : answer;
  }),
  'submit() sends one paid request also if it fails': wrongFetch(send => async (target, init) => {
    const answer = await send(target, init);
    return isPost(init) && answer.status === 500 ? send(target, init) : answer;
  }),
  'submit() does not wait for the job': wrong((right, url) => ({
    async submit(input, call) {
      const submission = await right.submit(input, call);
      await fetch(`${url}/songs`).then(answer => answer.text());
      return submission;
    },
  })),
  'submit() of a job that goes on has no outcome': wrong(right => ({
    submit: async (input, call) => ({ ...(await right.submit(input, call)), update: { kind: 'cancelled' } }),
  })),
  'submit() sends the idempotency key': wrongFetch(send => (target, init) => {
    const headers = new Headers(init.headers);
    headers.delete('idempotency-key');
    return send(target, { ...init, headers });
  }),
  'submit() with a known key gives the same job': wrong((right, url) => ({
    async submit(input, call) {
      const { job } = await right.submit(input, call);
      // Every second one.
      const isKnown = keysSeen.has(url);
      if (isKnown) keysSeen.delete(url);
      else keysSeen.add(url);
      return { job: isKnown ? { id: `${job.id}-2` } : job };
    },
  })),
  'submit() with a known key is refused': wrong(() => ({}), 'rejects'),
  'submit() with a key in progress throws busy, and may be charged': throwsIn(
    'submit',
    hasStatus(409),
    otherFailure({ charged: 'no' }),
  ),
  'submit() that is refused throws unauthorized': throwsIn(
    'submit',
    hasStatus(401),
    otherFailure({ code: 'bad-input' }),
  ),
  'submit() that is refused throws payment-required': throwsIn(
    'submit',
    hasStatus(402),
    otherFailure({ code: 'bad-input' }),
  ),
  'submit() that is refused throws bad-input': throwsIn(
    'submit',
    hasCode('bad-input'),
    otherFailure({ code: 'network' }),
  ),
  'submit() that is refused throws rate-limited': throwsIn('submit', hasStatus(429), otherFailure({ code: 'network' })),
  'submit() that is refused for load throws busy, and is not charged': throwsIn(
    'submit',
    hasStatus(503),
    otherFailure({ charged: 'maybe' }),
  ),
  'submit() of content that is refused throws moderated': throwsIn(
    'submit',
    hasCode('moderated'),
    otherFailure({ code: 'bad-input' }),
  ),
  'submit() that is refused is not charged': throwsIn('submit', hasStatus(402), otherFailure({ charged: 'maybe' })),
  'submit() whose answer is lost may be charged': throwsIn(
    'submit',
    hasCode('network'),
    otherFailure({ charged: 'no' }),
  ),
  'submit() throws if the answer names no job, and may be charged': throwsIn(
    'submit',
    hasCode('invalid-response'),
    otherFailure({ charged: 'no' }),
  ),
  'submit() tells how long to wait': throwsIn('submit', hasStatus(429), otherFailure({ retryAfterMs: undefined })),

  'read() sends one request, which is no submit': wrong(right => ({
    async read(job, call) {
      const update = await right.read(job, call);
      return update.kind === 'pending' ? right.read(job, call) : update;
    },
  })),
  'read() sends one request also if it fails': wrongFetch(send => async (target, init) => {
    const answer = await send(target, init);
    const isRead = methodOf(init) === 'GET' && !isByKey(target) && !isStream(target);
    return isRead && answer.status === 500 ? send(target, init) : answer;
  }),
  'read() leaves the job as it is': wrong(right => ({
    async read(job, call) {
      const update = await right.read(job, call);
      Object.assign(job, { readCount: 1 });
      return update;
    },
  })),
  'read() answers pending for a running job': readsAs(
    update => update.kind === 'pending' && update.progress !== undefined,
    () => ({ kind: 'changed' }),
  ),
  'read() answers the phase queued for a job in the queue': readsAs(
    update => update.kind === 'pending' && update.phase === 'queued',
    () => ({ kind: 'pending', backendPosition: 2 }),
  ),
  'read() answers when to read next': readsAs(
    update => update.kind === 'pending' && update.readAfterMs !== undefined,
    () => ({ kind: 'pending' }),
  ),
  'read() answers pending for an unknown status': readsAs(
    update =>
      update.kind === 'pending' &&
      [update.phase, update.progress, update.readAfterMs].every(member => member === undefined),
    () => ({ kind: 'cancelled' }),
  ),
  'read() answers an output for a job that has succeeded': wrong(right => ({
    async read(job, call) {
      const update: unknown = await right.read(job, call);
      const none: unknown = null;
      return (update as Update).kind === 'succeeded' ? { kind: 'succeeded', output: none as Song } : (update as Update);
    },
  })),
  'read() answers a failed job, and does not throw': readsAs(hasFailed('job-failed'), (update, job) => {
    if (update.kind === 'failed') throw new GenerationError({ ...update.failure, job });
    return update;
  }),
  'read() answers moderated as a failed job': readsAs(hasFailed('moderated'), update =>
    update.kind === 'failed' ? { kind: 'failed', failure: { ...update.failure, code: 'job-failed' } } : update,
  ),
  'read() answers expired as a failed job': readsAs(hasFailed('expired'), (update, job) => {
    if (update.kind === 'failed') throw new GenerationError({ ...update.failure, job });
    return update;
  }),
  'read() answers cancelled for a job that was stopped': readsAs(
    update => update.kind === 'cancelled',
    () => ({ kind: 'pending' }),
  ),
  'read() throws not-found for a job that is not there': throwsIn(
    'read',
    hasStatus(404),
    otherFailure({ code: 'network' }),
  ),
  'read() throws unauthorized if the credentials are refused': throwsIn(
    'read',
    hasStatus(401),
    otherFailure({ code: 'network' }),
  ),
  'read() that fails is no failed job': throwsIn('read', hasStatus(500), otherFailure({ code: 'bad-input' })),
  'read() tells how long to wait': throwsIn('read', hasStatus(429), otherFailure({ retryAfterMs: undefined })),

  'read() answers ignored where the stream is the job': wrong(() => ({ stream: { tells: 'states', isJob: true } })),

  'updates have the members of the port': readsAs(
    update => update.kind === 'pending' && update.progress !== undefined,
    () => ({ kind: 'pending', progress: 40 }),
  ),

  'events() calls onOpen when the stream is open': wrong(right => ({
    events: (job, call) => right.events?.(job, { ...call, onOpen: () => undefined }) ?? none(),
  })),
  'events() calls onAlive when bytes arrive that are no event': wrong(right => ({
    events: (job, call) => right.events?.(job, { ...call, onAlive: () => undefined }) ?? none(),
  })),
  'events() yields that the job goes on': streams(async function* (updates) {
    for await (const update of updates) {
      const isProgress = update.kind === 'pending' && update.progress !== undefined;
      yield isProgress ? { kind: 'ignored' } : update;
    }
  }),
  'events() yields the result, or that a read has it': streams(async function* (updates) {
    for await (const update of updates) yield update.kind === 'succeeded' ? { kind: 'ignored' } : update;
  }),
  'events() ends when the stream ends': wrong(right => ({
    async *events(job, call) {
      // Only a stream that has told something is opened again.
      let isTold = false;
      for await (const update of right.events?.(job, call) ?? none()) {
        isTold = update.kind === 'pending';
        yield update;
      }
      if (isTold) yield* right.events?.(job, call) ?? none();
    },
  })),
  'events() opens one stream also if it fails': wrongFetch(send => async (target, init) => {
    const answer = await send(target, init);
    return isStream(target) && answer.status === 500 ? send(target, init) : answer;
  }),
  'events() throws not-found where there is no stream': streams(async function* (updates) {
    try {
      yield* updates;
    } catch (error) {
      throw isGenerationError(error) && error.code === 'not-found' ? new Error('It has gone.') : error;
    }
  }),
  'events() throws another error if the stream is only lost': streams(async function* (updates, job) {
    try {
      yield* updates;
    } catch (error) {
      if (!isGenerationError(error) || error.failure.status !== 500) throw error;
      throw new GenerationError({ code: 'not-found', message: `There is no stream of job ${job.id}.` });
    }
  }),
  'events() tells how long to wait': streams(async function* (updates) {
    try {
      yield* updates;
    } catch (error) {
      throw isGenerationError(error) && error.code === 'rate-limited' ? new Error('Not now.') : error;
    }
  }),
  'events() ignores events of another job': streams(async function* (updates) {
    for await (const update of updates) yield update.kind === 'ignored' ? { kind: 'pending' } : update;
  }),
  'events() goes on after an event that is none': wrong(right => ({
    async *events(job, call) {
      for await (const update of right.events?.(job, call) ?? none()) {
        yield update;
        if (update.kind === 'ignored') return;
      }
    },
  })),
  'events() reports event ids, and opens the stream with the last one': wrong(right => ({
    events: (job, call) => right.events?.(job, { ...call, lastEventId: undefined }) ?? none(),
  })),

  'cancel() asks the backend, and submits nothing': wrong((right, url) => ({
    async cancel(job, call) {
      const update = await right.cancel?.(job, call);
      if (update?.kind === 'cancelled') await submitAgain(url);
      return update;
    },
  })),
  'cancel() answers that the job has stopped': wrong(right => ({
    async cancel(job, call) {
      const update = await right.cancel?.(job, call);
      if (update?.kind === 'cancelled')
        throw new GenerationError({ code: 'job-failed', message: 'The job has stopped.' });
      return update;
    },
  })),
  'cancel() that is only accepted is no end of the job': cancels(update => update?.kind === 'pending', undefined),
  'cancel() that comes too late keeps the result': cancels(update => update?.kind === 'succeeded', {
    kind: 'cancelled',
  }),
  'cancel() that fails is no end of the job': wrong(right => ({
    cancel: async (job, call) =>
      right.cancel?.(job, call).catch((error: unknown) => {
        if (call.signal.aborted) throw error;
      }),
  })),

  ...lookups('find', submitAgain),
  ...lookups('cancelByKey', submitAgain),

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

const keysSeen = new Set<string>();
