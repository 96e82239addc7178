import { type EventStreamOptions, readEventStream, type StreamEvent } from './event-stream.js';

/**
 * Resumes a stream with a query parameter in place of the header `Last-Event-ID`.
 *
 * @example
 * const cursor: QueryCursor = {
 *   parameter: 'starting_after',
 *   of: ({ data }) => /"sequence_number":\s*(\d+)/.exec(data)?.[1],
 * };
 */
export type QueryCursor = {
  readonly parameter: string;
  /** The position of an event, sent as the parameter when the stream is opened again. */
  readonly of: (event: StreamEvent) => string | number | undefined;
};

/** Reads a stream like {@link readEventStream}, and resumes it by a query parameter. */
export async function* readCursorStream(
  url: string,
  cursor: QueryCursor,
  { lastEventId, onId, ...options }: EventStreamOptions,
): AsyncGenerator<StreamEvent, void, undefined> {
  for await (const event of readEventStream(withCursor(url, cursor, lastEventId), options)) {
    const position = cursor.of(event);
    if (position !== undefined) onId?.(String(position));
    yield event;
  }
}

/** A URL that has the parameter already gets another value for it. */
function withCursor(url: string, { parameter }: QueryCursor, position: string | undefined): string {
  if (position === undefined) return url;
  const [address = '', fragment] = url.split('#');
  const [path = '', query = ''] = address.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set(parameter, position);
  return `${path}?${parameters}${fragment === undefined ? '' : `#${fragment}`}`;
}
