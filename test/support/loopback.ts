import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { listening } from './listening.js';

/** A request to the server. */
export type Heard = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Resolves when the connection of the response is closed by either side. */
  readonly closed: Promise<unknown>;
};

/** A complete response, or a function that writes to the raw response. */
export type Answer =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string }
  | ((response: ServerResponse) => void);

/** A server on a free loopback port with the responses of the test. It closes at the end of the test. */
export async function loopback(answer: (heard: Heard, index: number) => Answer) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('latin1')) body += chunk;
    const { method = '', url: path = '', headers } = request;
    const one = { method, path, headers, body, closed: once(response, 'close') };
    heard.push(one);
    const given = answer(one, heard.length - 1);
    if (typeof given === 'function') return given(response);
    response.writeHead(given.status ?? 200, given.headers).end(given.body);
  });
  const { url } = await listening(server);
  return { url, heard };
}

/** A JSON answer. */
export const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** An event stream that sends these chunks, then ends, stays open or is reset. */
export const stream =
  (chunks: readonly (string | Uint8Array)[], ending: 'end' | 'open' | 'reset' = 'end'): Answer =>
  async response => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders();
    for (const chunk of chunks) {
      await new Promise(resolve => response.write(chunk, resolve));
    }
    if (ending === 'end') response.end();
    if (ending === 'reset') response.socket?.resetAndDestroy();
  };

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return expect.unreachable('It did not reject.');
}

/** All items, or an empty array without an iterable. */
export async function collect<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items ?? []) all.push(item);
  return all;
}
