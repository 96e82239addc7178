import { type GenerationAdapter, GenerationError, isGenerationError } from 'generation-lifecycle';
import type { Song, SongAdapter } from './complete-backend.js';
import {
  deafTo,
  isByKey,
  isStream,
  methodOf,
  none,
  streams,
  type Update,
  type WrongAdapter,
  wrong,
  wrongFetch,
} from './wrong-adapter.js';

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

export const wrongStreams: Readonly<Record<string, WrongAdapter>> = {
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
  'events() puts an event together that arrives in parts': wrongFetch(send => async (target, init) => {
    const answer = await send(target, init);
    if (!isStream(target) || !answer.ok) return answer;
    const wholeOnly = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        if (new TextDecoder().decode(chunk).endsWith('\n\n')) controller.enqueue(chunk);
      },
    });
    return new Response(answer.body?.pipeThrough(wholeOnly), answer);
  }),
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
};
