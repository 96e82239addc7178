import type { Backend, Faults } from './studio-server.js';

/** A client that knows the protocol's bytes and nothing of the library. */

export type SubmitOptions = {
  readonly kind?: 'image' | 'video';
  readonly body?: object;
  readonly faults?: Faults;
  readonly user?: string;
};

/** The smallest picture that is one. */
export const small = { prompt: 'dunes at dusk', resolution: { width: 64, height: 64 }, chatId: 'image-generator-tool' };

export const withFaults = (faults: Faults | undefined): Record<string, string> =>
  faults ? { 'x-studio-faults': JSON.stringify(faults) } : {};

export function post(
  backend: Backend,
  { kind = 'image', body = small, faults, user }: SubmitOptions = {},
): Promise<Response> {
  return fetch(`${backend.url}/api/generate/${kind}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...withFaults(faults), ...(user ? { 'x-studio-user': user } : {}) },
    body: JSON.stringify(body),
  });
}

/** Submits, and gives the id of the (first) file. */
export async function submit(backend: Backend, options: SubmitOptions = {}): Promise<string> {
  const { fileId } = await (await post(backend, options)).json();
  return fileId;
}

export const read = (backend: Backend, fileId: string, faults?: Faults): Promise<Response> =>
  fetch(`${backend.url}/api/file/${fileId}`, { headers: withFaults(faults) });

/** Submits with the answer held back until all is done; gives the id. */
export const submitDone = (backend: Backend, options: SubmitOptions = {}): Promise<string> =>
  submit(backend, { ...options, faults: { ...options.faults, urlInSubmit: true } });

export type WireStream = {
  readonly response: Response;
  /** The blocks so far, each without its empty line, comments included. */
  readonly blocks: readonly string[];
  /** Reads on until a block fits, or the stream ends. Gives all blocks. */
  until(fits: (block: string) => boolean): Promise<readonly string[]>;
  /** Reads to the end; tells how it ended. */
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
