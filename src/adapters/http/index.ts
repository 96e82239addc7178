export type { ApiKey, ApiKeyOptions } from './api-key.js';
export type { HeadersSource } from './credentials.js';
export { fromDataUrl, toDataUrl } from './data-url.js';
export { type GivenVerdict, toErrorResponse } from './error-response.js';
export { type EventStreamOptions, readEventStream, type StreamEvent } from './event-stream.js';
export type { Fetch } from './exchange.js';
export {
  type HttpAdapter,
  type HttpAdapterOptions,
  type HttpRoute,
  type HttpUpdateContext,
  httpAdapter,
} from './http-adapter.js';
export { toHeaderKey } from './idempotency-header.js';
export { type JobFailedOptions, jobFailed } from './job-failed.js';
export type { JsonAnswer, ToVerdict } from './json-answer.js';
export type { JsonEvent } from './json-event.js';
export {
  createExchange,
  type Exchange,
  type ExchangeOptions,
  type JsonRequest,
  type StreamRequest,
} from './json-exchange.js';
export { progressInLog } from './log-progress.js';
export type { QueryCursor } from './query-cursor.js';
export type { RequestContext } from './request-error.js';
export { toRetryAfterMs } from './retry-after.js';
export { statusTable } from './status-table.js';
export type { AnswerStream, AnswerStreamCall, StreamedAnswer } from './streamed-answer.js';
export { toTrustedUrl } from './trusted-url.js';
export { readWebSocket, type WebSocketLike, type WebSocketOptions } from './web-socket.js';
