import {
  type Attributes,
  type Context,
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { ServerWork, ServerWorkEnd } from '../observe/observer.types.js';
import { toAttributes } from './attributes.js';

const headersGetter: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  keys: headers => [...headers.keys()],
};

/**
 * Spans of what a server half does. A request has one only where nothing in front of it has: an instrumentation of HTTP, or a framework, makes its own.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function createSpans(tracer: Tracer, userIds: boolean) {
  /** Within a span, until the work ends. */
  function within(
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    parent: Context,
    run: () => Promise<ServerWorkEnd>,
  ): Promise<void> {
    const span = tracer.startSpan(name, { kind, attributes }, parent);
    const done = (end: ServerWorkEnd) => {
      const { status, error } = end;
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      // What a page does wrong is no error of the server.
      if (status === undefined ? error !== undefined : status >= 500) {
        span.setAttribute('error.type', error ?? String(status));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    };
    return context.with(trace.setSpan(parent, span), run).then(done);
  }

  return {
    async work(work: ServerWork, run: () => Promise<ServerWorkEnd>): Promise<void> {
      const active = context.active();
      const { name, request, route = '', userId } = work;
      const attributes = toAttributes(work);
      if (!request) {
        const user = userIds && userId !== undefined ? { 'enduser.id': userId } : {};
        return within(`generation.${name}`, SpanKind.INTERNAL, { ...attributes, ...user }, active, run);
      }
      if (trace.getSpan(active)) {
        await run();
        return;
      }
      const { method } = request;
      const parent = propagation.extract(active, request.headers, headersGetter);
      const http = { 'http.request.method': method, 'http.route': route };
      within(`${method} ${route}`, SpanKind.SERVER, { ...attributes, ...http }, parent, run);
    },
  };
}
