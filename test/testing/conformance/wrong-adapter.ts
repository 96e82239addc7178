import { GenerationError, isGenerationError, type JobRef, type JobUpdate } from 'generation-lifecycle';
import type { Fetch } from 'generation-lifecycle/adapters';
import { completeBackend, type Song, type SongAdapter } from './complete-backend.js';

/** An adapter with one fault, by the requirement that it violates. */
export type WrongAdapter = (backend: { readonly url: string }) => SongAdapter;

export type Update = JobUpdate<Song>;
export type Changes = (right: SongAdapter, url: string) => Partial<SongAdapter>;

export const wrong =
  (changes: Changes, mode: 'replays' | 'rejects' = 'replays'): WrongAdapter =>
  ({ url }) => {
    const right = completeBackend({ url, mode });
    return { ...right, ...changes(right, url) };
  };

export const wrongFetch =
  (toFetch: (send: Fetch) => Fetch): WrongAdapter =>
  ({ url }) =>
    completeBackend({ url, fetch: toFetch((target, init) => globalThis.fetch(target, init)) });

export const methodOf = ({ method = 'GET' }: RequestInit) => method;
export const isPost = (init: RequestInit) => methodOf(init) === 'POST';

/** Another answer where an answer of this kind would be. */
export const readsAs = (
  fits: (update: Update) => boolean,
  other: (update: Update, job: JobRef) => Update,
): WrongAdapter =>
  wrong(right => ({
    async read(job, call) {
      const update = await right.read(job, call);
      return fits(update) ? other(update, job) : update;
    },
  }));

export const throwsIn = (
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

export const otherFailure = (changes: Partial<GenerationError['failure']>) => (error: GenerationError) =>
  new GenerationError({ ...error.failure, ...changes });
export const hasCode = (code: string) => (error: GenerationError) => error.code === code;
export const hasStatus = (status: number) => (error: GenerationError) => error.failure.status === status;
export const hasFailed = (code: string) => (update: Update) => update.kind === 'failed' && update.failure.code === code;

export const streams = (
  changed: (updates: AsyncIterable<Update>, job: JobRef) => AsyncIterable<Update>,
): WrongAdapter => wrong(right => ({ events: (job, call) => changed(right.events?.(job, call) ?? none(), job) }));

export async function* none(): AsyncGenerator<Update> {}

/** The signal never gets to the request. */
export const deafTo = (isMeant: (target: string, init: RequestInit) => boolean): WrongAdapter =>
  wrongFetch(send => (target, init) => {
    if (!isMeant(target, init)) return send(target, init);
    const { signal: _, ...rest } = init;
    return send(target, rest);
  });

export const isByKey = (target: string) => target.includes('/by-key/');
export const isStream = (target: string) => target.endsWith('/events');
