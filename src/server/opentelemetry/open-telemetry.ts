import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { assertKnownOptions } from '../../machines/options.js';
import type { ServerObserver } from '../observe/observer.types.js';
import { createMetrics } from './metrics.js';
import { createSpans } from './spans.js';

/** Options of {@link openTelemetry}. */
export type OpenTelemetryOptions = {
  /** @defaultValue the global provider's, named `generation-lifecycle` */
  readonly tracer?: Tracer | undefined;
  /** @defaultValue the global provider's, named `generation-lifecycle` */
  readonly meter?: Meter | undefined;
  /** Adds the user's id to a submit's span, as `enduser.id`. Personal data. @defaultValue false */
  readonly userIds?: boolean | undefined;
};

const scope = 'generation-lifecycle';

/**
 * Reports a server half's work to OpenTelemetry, with `@opentelemetry/api`, which you install together with an SDK:
 * spans of requests, submits, steps, webhooks and copies, and metrics of jobs. Register your SDK first: meters of the
 * global API do not wait for one. Prompts, keys, URLs and vendors' answers are not reported.
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
