import { GenerationError } from 'generation-lifecycle';
import type { Song } from './complete-backend.js';
import {
  hasCode,
  hasFailed,
  hasStatus,
  isByKey,
  isPost,
  isStream,
  methodOf,
  otherFailure,
  readsAs,
  throwsIn,
  type Update,
  type WrongAdapter,
  wrong,
  wrongFetch,
} from './wrong-adapter.js';

const keysSeen = new Set<string>();

export const wrongCalls: Readonly<Record<string, WrongAdapter>> = {
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
  'read() asks the backend each time': wrong(right => {
    let known: Update | undefined;
    return {
      async read(job, call) {
        const update = known ?? (await right.read(job, call));
        if (update.kind === 'pending') known = update;
        return update;
      },
    };
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
};
