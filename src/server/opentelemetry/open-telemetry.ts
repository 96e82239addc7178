import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { assertKnownOptions } from '../../machines/options.js';
import type { ServerObserver } from '../observe/observer.types.js';
import { createMetrics } from './metrics.js';
import { createSpans } from './spans.js';

/** Options of {@link openTelemetry}. */
export type OpenTelemetryOptions = {
  /** @defaultValue that of the global provider, by the name `generation-lifecycle` */
  readonly tracer?: Tracer | undefined;
  /** @defaultValue that of the global provider, by the name `generation-lifecycle` */
  readonly meter?: Meter | undefined;
  /** Puts the user's id on the span of a submit, as `enduser.id`. It is personal data. @defaultValue false */
  readonly userIds?: boolean | undefined;
};

const scope = 'generation-lifecycle';

/**
 * Tells OpenTelemetry what a server half does, by `@opentelemetry/api`, which you install with the SDK of your choice: spans of requests, submits, steps, webhooks
 * and copies, and metrics of jobs. Register your SDK before you call it: meters of the global API do not wait for one. No prompt, key, url or answer of a vendor is
 * told.
 *
 * @throws TypeError for an unknown option
 * @see https://opentelemetry.io/docs/languages/js/
 * @example
 * const { handle } = createGenerationServer({
 *   secrets: process.env['GENERATION_SECRET'],
 *   authorize: ({ headers }) => (headers.get('authorization') === 'Bearer mine' ? { id: 'me' } : undefined),
 *   backends: { image: { adapter: scripted(scenarios.healthy('1.png')), input: wish => ({ prompt: String(wish) }) } },
 *   observe: openTelemetry(),
 * });
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): ServerObserver {
  assertKnownOptions('openTelemetry', options, ['tracer', 'meter', 'userIds']);
  const { tracer = trace.getTracer(scope), meter = metrics.getMeter(scope), userIds = false } = options;
  const counted = createMetrics(meter);
  const spans = createSpans(tracer, userIds);
  return {
    event: counted.event,
    attach: counted.attach,
    work(work, run) {
      const startedAt = performance.now();
      return spans.work(work, async () => {
        const end = await run();
        counted.worked(work, end, (performance.now() - startedAt) / 1_000);
        return end;
      });
    },
  };
}
