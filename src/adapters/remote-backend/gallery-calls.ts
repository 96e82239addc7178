import { GenerationError, isGenerationError } from '../../machines/generation/generation.errors.js';
import type { JsonObject } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { warn } from '../../machines/warning.js';
import type { HeadersSource } from '../http/credentials.js';
import type { Fetch } from '../http/exchange.js';
import { protocolHeader } from '../http/generation-protocol.js';
import type { JsonAnswer } from '../http/json-answer.js';
import { createExchange, type JsonRequest } from '../http/json-exchange.js';
import { toAnswerError } from './answers.js';

/** One row of a gallery, as on the server. */
export type GalleryRecord = {
  readonly id: string;
  readonly revision: number;
  readonly value: JsonObject | null;
  readonly key: string | null;
};

/** A job of the user without a row. */
export type UnclaimedJob = {
  readonly id: string;
  readonly key: string;
  readonly createdAt: number;
  readonly isOld: boolean;
};

/** The answer to a write; `undefined` if one of its rows has changed in the meantime. */
export type GalleryWritten = { readonly revisions: ReadonlyMap<string, number>; readonly before: number } | undefined;

/** Where the server is, and how it is asked. */
type GalleryConnection = {
  readonly baseUrl: string;
  readonly headers?: HeadersSource | undefined;
  readonly fetch?: Fetch | undefined;
};

/** How long the server has for an answer, in ms. */
const patienceMs = 8_000;

/** A text that every database takes: control characters and halves of surrogate pairs are escaped, and nothing else is. */
export const toStorableText = (text: string): string =>
  text.replace(/[\\]|\p{Cc}|\p{Cs}/gu, part => `\\${part.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** @throws TypeError without a `baseUrl` */
export function toBase(baseUrl: unknown, functionName: string): string {
  if (typeof baseUrl === 'string' && baseUrl !== '') return baseUrl.replace(/\/+$/, '');
  throw new TypeError(
    `${functionName}() needs a baseUrl: where the backend is on your server, such as /api/generations/image.`,
  );
}

/** The answer of something that has no galleries: an earlier version of the server half, or something on the way to it. */
function toUnknownRoute(answer: JsonAnswer, base: string): GenerationError | undefined {
  if (answer.status !== 404 || !answer.headers.has(protocolHeader)) return undefined;
  return new GenerationError({
    code: 'not-found',
    message: `The server half at ${base} keeps no galleries: it is of an earlier version, or there is no such backend. Nothing was written there. Update generation-lifecycle on the server, or check the baseUrl.`,
    status: 404,
  });
}

/** Whether the server will answer so again: it has no such routes, or keeps nothing. */
export const isWithoutGalleries = (error: unknown): boolean => isGenerationError(error) && error.code === 'not-found';

const toRecord = (given: unknown): readonly GalleryRecord[] => {
  if (!isObject(given)) return [];
  const { id, revision, value, key } = { ...given } as { readonly [name: string]: unknown };
  if (typeof id !== 'string' || typeof revision !== 'number' || !(value === null || isObject(value))) return [];
  return [{ id, revision, value: value as JsonObject | null, key: typeof key === 'string' ? key : null }];
};

const toJob = (given: unknown): readonly UnclaimedJob[] => {
  if (!isObject(given)) return [];
  const { id, key, createdAt, isOld } = { ...given } as { readonly [name: string]: unknown };
  if (typeof id !== 'string' || typeof key !== 'string' || typeof createdAt !== 'number') return [];
  return [{ id, key, createdAt, isOld: isOld === true }];
};

/**
 * The requests about one gallery. They are for whoever was signed in at the first of them: once it is somebody else, the server refuses them.
 *
 * @param scope `undefined` for the gallery without one
 */
export function galleryCalls({ baseUrl: base, ...options }: GalleryConnection, scope: string | undefined) {
  const { ask: send, events } = createExchange(options);
  let user: string | undefined;
  let hasWarned = false;

  const toUrl = (path: string, query: { readonly [name: string]: string | number | undefined } = {}): string => {
    const given = Object.entries({ ...query, scope: scope && toStorableText(scope), user });
    const withEmpty = scope === '' ? [...given.filter(([name]) => name !== 'scope'), ['scope', ''] as const] : given;
    const texts = withEmpty.flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    );
    return `${base}/gallery${path}${texts.length > 0 ? '?' : ''}${texts.join('&')}`;
  };

  async function ask(request: Pick<JsonRequest, 'url' | 'method' | 'body'>): Promise<JsonAnswer> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), patienceMs);
    try {
      const answer = await send({ ...request, action: 'store', signal: controller.signal, isAnswer: () => true });
      if (answer.ok && answer.headers.has(protocolHeader)) {
        const { user: said } = answer.members;
        if (typeof said === 'string') user ??= said;
      } else if (answer.status !== 409) {
        throw toUnknownRoute(answer, base) ?? toAnswerError(answer, 'store', undefined);
      }
      return answer;
    } catch (error) {
      if (!controller.signal.aborted) {
        if (isWithoutGalleries(error) && !hasWarned)
          warn(
            `The server half at ${base} keeps no galleries. Update it, and pass it a store, or use another store in the page.`,
          );
        hasWarned ||= isWithoutGalleries(error);
        throw error;
      }
      const message = `The server half at ${base} has not answered for ${patienceMs / 1_000} s. What was to be written is not stored. Try again later.`;
      throw new GenerationError({ code: 'timeout', message });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async read(since: number, isAskedForJobs: boolean) {
      const { members } = await ask({ url: toUrl('', { since, jobs: isAskedForJobs ? 1 : undefined }) });
      const { records, isMore, jobs, erasedAgoMs } = members;
      return {
        records: Array.isArray(records) ? records.flatMap(toRecord) : [],
        isMore: isMore === true,
        jobs: Array.isArray(jobs) ? jobs.flatMap(toJob) : undefined,
        erasedAgoMs: typeof erasedAgoMs === 'number' ? erasedAgoMs : Number.POSITIVE_INFINITY,
      };
    },

    async write(writes: readonly GalleryRecord[]): Promise<GalleryWritten> {
      const { status, members } = await ask({ url: toUrl(''), method: 'POST', body: { writes } });
      if (status === 409) return undefined;
      const { records, before } = members;
      const written: readonly unknown[] = Array.isArray(records) ? records : [];
      const revisions = written.flatMap(one =>
        isObject(one) ? [[String(one['id']), Number(one['revision'])] as const] : [],
      );
      return { revisions: new Map(revisions), before: Number(before) };
    },

    async erase(): Promise<number> {
      const { members } = await ask({ url: toUrl(''), method: 'DELETE' });
      return Number(members['revision']);
    },

    async lock(call: {
      readonly owner: string;
      readonly ms: number;
      readonly names: readonly string[];
      readonly release: readonly string[];
    }) {
      const { members } = await ask({ url: toUrl('/locks'), method: 'POST', body: call });
      const { held } = members;
      return new Set<unknown>(Array.isArray(held) ? held : []);
    },

    /** Tells what kind of thing has changed, until the stream ends. */
    async *changes(
      since: number,
      signal: AbortSignal,
      { onOpen, onAlive }: { readonly onOpen: () => void; readonly onAlive: () => void },
    ): AsyncGenerator<unknown, void, undefined> {
      const call = { signal, onOpen, onAlive, onId() {}, onRetry() {} };
      for await (const { members } of events({ ...call, url: toUrl('/events', { since }) })) yield members['changed'];
    },
  };
}

export type GalleryCalls = ReturnType<typeof galleryCalls>;
