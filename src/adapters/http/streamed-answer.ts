import { abortReasonOf, throwIfAborted } from '../../machines/abort.js';
import type { GenerationError } from '../../machines/generation/generation.errors.js';
import type { JobRef } from '../../machines/generation/generation.port.js';
import { toErrorResponse } from './error-response.js';
import { hasEvents, readEvents } from './event-stream.js';
import type { Fetch } from './exchange.js';
import { type JsonAnswer, toJsonAnswer } from './json-answer.js';
import { type JsonEvent, toJsonEvent } from './json-event.js';
import type { RequestContext } from './request-error.js';
import { openResponse, receive, type SentRequest } from './send.js';

/** How to read the events of an {@link AnswerStream}. */
export type AnswerStreamCall = {
  /** Closes the connection. */
  readonly signal?: AbortSignal | undefined;
  /** The job of the events, once it is known. Error messages name it. */
  readonly job?: JobRef | undefined;
  /** Called when bytes arrive, comments included. */
  readonly onAlive?: (() => void) | undefined;
};

/** An answer that arrives as events. */
export type AnswerStream = {
  /** The events; readable once. Leaving the loop closes the connection. */
  events(call?: AnswerStreamCall): AsyncGenerator<JsonEvent, void, undefined>;
  /** The error for an event that refuses the request. */
  toError(said: unknown): GenerationError;
  close(reason?: unknown): void;
};

/** The answer to a request for events: a stream, or a plain answer. */
export type StreamedAnswer =
  | { readonly stream: AnswerStream; readonly answer?: undefined }
  | { readonly answer: JsonAnswer; readonly stream?: undefined };

/**
 * Sends one request, once, whose answer may be an event stream. The signal of the request ends with its answer: the chart aborts it as soon as
 * the job is known, and the stream goes on.
 */
export async function openAnswer(
  fetch: Fetch,
  { signal, ...request }: SentRequest,
  maxEventBytes: number | undefined,
): Promise<StreamedAnswer> {
  const controller = new AbortController();
  const close = (reason?: unknown) => controller.abort(reason);
  const giveUp = () => close(abortReasonOf(signal));
  throwIfAborted(signal);
  signal.addEventListener('abort', giveUp);
  try {
    const sent = { ...request, signal: controller.signal };
    const response = await openResponse(fetch, sent);
    if (!response.ok || !hasEvents(response))
      return { answer: toJsonAnswer(await receive(response, sent), request.context) };
    return { stream: toAnswerStream(response, controller, request.context, maxEventBytes) };
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function toAnswerStream(
  response: Response,
  controller: AbortController,
  context: RequestContext,
  maxEventBytes: number | undefined,
): AnswerStream {
  const close = (reason?: unknown) => controller.abort(reason);
  return {
    close,
    toError: said => toErrorResponse(said, response, context),
    async *events({ signal, job, onAlive } = {}) {
      const stop = () => close(signal && abortReasonOf(signal));
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop();
      const about: RequestContext = job ? { action: 'follow', job, secrets: [...(context.secrets ?? [])] } : context;
      const options = { signal: controller.signal, maxEventBytes, ...(onAlive && { onAlive }) };
      try {
        throwIfAborted(controller.signal);
        for await (const event of readEvents(response, options, about)) yield toJsonEvent(event);
      } finally {
        signal?.removeEventListener('abort', stop);
        close();
      }
    },
  };
}
