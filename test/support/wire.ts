import { expect } from 'vitest';
import type { Backend, Faults } from './studio-server.js';

/** A client of the protocol that does not use the library. */

export type SubmitOptions = {
  readonly kind?: 'image' | 'video';
  readonly body?: object;
  readonly faults?: Faults;
  readonly user?: string;
  readonly signal?: AbortSignal;
};

/** A small image. */
export const small = { prompt: 'dunes at dusk', resolution: { width: 64, height: 64 }, chatId: 'image-generator-tool' };

const withFaults = (faults: Faults | undefined): Record<string, string> =>
  faults ? { 'x-studio-faults': JSON.stringify(faults) } : {};

export function post(
  backend: Backend,
  { kind = 'image', body = small, faults, user, signal }: SubmitOptions = {},
): Promise<Response> {
  return fetch(`${backend.url}/api/generate/${kind}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...withFaults(faults), ...(user ? { 'x-studio-user': user } : {}) },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

/** Submits, and returns the id of the (first) file. */
export async function submit(backend: Backend, options: SubmitOptions = {}): Promise<string> {
  const { fileId } = await (await post(backend, options)).json();
  return fileId;
}

export const read = (backend: Backend, fileId: string, faults?: Faults, signal?: AbortSignal): Promise<Response> =>
  fetch(`${backend.url}/api/file/${fileId}`, { headers: withFaults(faults), ...(signal ? { signal } : {}) });

/** Whether a request is still unanswered. Check after the response to a later one. */
export function watchAnswer(answer: Promise<unknown>): { isOpen(): boolean } {
  let open = true;
  const settle = () => {
    open = false;
  };
  answer.then(settle, settle);
  return { isOpen: () => open };
}

/** Submits, waits until the job is done, and returns the file id. */
export const submitDone = (backend: Backend, options: SubmitOptions = {}): Promise<string> =>
  submit(backend, { ...options, faults: { ...options.faults, urlInSubmit: true } });

export type WireStream = {
  readonly response: Response;
  /** The blocks so far, each without its empty line, comments included. */
  readonly blocks: readonly string[];
  /** Reads until a block matches or the stream ends. Returns all blocks. */
  until(fits: (block: string) => boolean): Promise<readonly string[]>;
  /** Reads to the end, and returns how the stream ended. */
  end(): Promise<'end' | 'reset'>;
  close(): void;
};

/** Opens a stream and waits for its headers. */
export async function openStream(backend: Backend, channel: string, faults?: Faults): Promise<WireStream> {
  const abort = new AbortController();
  const response = await fetch(`${backend.url}/api/events/${channel}`, {
    headers: withFaults(faults),
    signal: abort.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const blocks: string[] = [];
  let rest = '';
  const next = async (): Promise<boolean> => {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) return false;
    const parts = (rest + chunk.value).split('\n\n');
    rest = parts.pop() ?? '';
    blocks.push(...parts);
    return true;
  };
  return {
    response,
    blocks,
    async until(fits) {
      while (!blocks.some(fits) && (await next()));
      return blocks;
    },
    async end() {
      try {
        while (await next());
        return 'end';
      } catch {
        return 'reset';
      }
    },
    close: () => abort.abort(),
  };
}

export const isEvent = (block: string) => block.startsWith('data: ');

export type WireEvent = {
  readonly type: string;
  readonly error?: string;
  readonly data?: { readonly error?: string };
  readonly progress?: number;
  readonly object?: {
    readonly id?: string;
    readonly file_id?: string;
    readonly url?: string | null;
    readonly file_url?: string;
    readonly thumbnail_url?: string | null;
    readonly status?: string;
    readonly progress?: number;
    readonly value?: { readonly url?: string; readonly file_id?: string };
  };
};

/** The events among the blocks, parsed. */
export const eventsOf = (blocks: readonly string[]): readonly WireEvent[] =>
  blocks.filter(isEvent).map(block => JSON.parse(block.slice('data: '.length)));

/** The status of each event, or its type if it has no status. */
export const types = (events: readonly WireEvent[]) => events.map(({ type, object }) => object?.status ?? type);

/** Matches the last event of a successful job. */
export const hasThumbnail = (block: string) => block.includes('.thumbnail.png');

let users = 0;

/** All event blocks of one job from its start: the channel of the user is opened before the submit. */
export async function eventBlocksOf(
  backend: Backend,
  faults: Faults,
  until: (block: string) => boolean,
): Promise<readonly string[]> {
  const user = `user-${users++}`;
  const stream = await openStream(backend, `user.${user}`);
  await submit(backend, { user, faults });
  const blocks = await stream.until(until);
  stream.close();
  return blocks.filter(isEvent);
}

/** The record of a request, once it is closed. */
export async function recordOf(backend: Backend, path: string) {
  const find = () => backend.requests.findLast(request => request.path === path);
  await expect.poll(() => find()?.closedAt).toBeDefined();
  return find();
}
