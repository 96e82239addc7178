import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { onTestFinished } from 'vitest';

const storage = new AsyncLocalStorage<Context>();

/** What the SDK for Node has, in a few lines: contexts that follow what is awaited. */
const manager: ContextManager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, call, self, ...args) => storage.run(active, () => call.apply(self, args)),
  bind: (_, target) => target,
  enable: () => manager,
  disable: () => manager,
};

/** Reads `traceparent`. @see https://www.w3.org/TR/trace-context/#traceparent-header */
const propagator: TextMapPropagator = {
  inject: () => undefined,
  fields: () => ['traceparent'],
  extract(parent, carrier, getter) {
    const [, traceId, spanId] =
      /^00-([\da-f]{32})-([\da-f]{16})-01$/.exec(String(getter.get(carrier, 'traceparent'))) ?? [];
    if (!traceId || !spanId) return parent;
    return trace.setSpanContext(parent, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  },
};

/** Registers both for one test: files share the globals of their thread. */
export function traceContext(): void {
  context.setGlobalContextManager(manager);
  propagation.setGlobalPropagator(propagator);
  onTestFinished(() => {
    context.disable();
    propagation.disable();
  });
}
