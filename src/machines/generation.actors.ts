import { type EventObject, fromCallback } from 'xstate';
import { isGenerationError } from './generation.errors.js';
import { isOutcome } from './generation.guards.js';
import type { Failure, GenerationAdapter } from './generation.port.js';
import type { GenerationContext, GenerationFact } from './generation.types.js';
import type { Surroundings } from './surroundings.js';

/** `stream.alive` only feeds the silence timer: more often than this it would be noise. */
const aliveEveryMs = 1_000;

/** What the chart guarantees where it is asked for; the exploration shows that it never throws. */
export function known<TValue>(value: TValue | undefined): TValue {
  if (value === undefined) throw new Error('unreachable');
  return value;
}

/** What a state gives its child: what the chart remembers. Each child takes from it what it needs. */
export const toChild = <TInput, TOutput>({ context }: { context: GenerationContext<TInput, TOutput> }) => context;

type Caught = { readonly failure: Failure; readonly retryAfterMs?: number | undefined };

/** What an adapter throws, as data. An error that is not ours says nothing certain, so the request may have arrived. */
function toCaught(error: unknown, charged: Failure['charged']): Caught {
  if (isGenerationError(error)) return { failure: error.failure, retryAfterMs: error.retryAfterMs };
  const message = `The backend was not reached: ${error instanceof Error ? error.message : String(error)}`;
  return { failure: { code: 'network', message, retryable: true, followable: false, charged } };
}

/**
 * The children of the chart: values in, facts out, and never a throw. Each tries once and is stopped by leaving the
 * state that needs it; XState drops what a stopped one still says.
 */
export function generationActors<TInput, TOutput>(
  adapter: GenerationAdapter<TInput, TOutput>,
  surroundings: Surroundings,
) {
  type Tell = (fact: GenerationFact<TOutput>) => void;

  type Context = GenerationContext<TInput, TOutput>;

  /** A child that runs `work` until it is stopped, which aborts its signal. */
  const child = (work: (context: Context, signal: AbortSignal, tell: Tell) => Promise<void>) =>
    fromCallback<EventObject, Context>(({ input, sendBack }) => {
      const controller = new AbortController();
      void work(input, controller.signal, fact => {
        // An adapter that ignores abort has no one to talk to.
        if (!controller.signal.aborted) sendBack(fact);
      });
      return () => controller.abort();
    });

  return {
    submit: child(async ({ input, idempotencyKey }, signal, tell) => {
      try {
        const { job, update } = await adapter.submit(input as TInput, { signal, idempotencyKey });
        tell({ type: 'job.accepted', job, update });
      } catch (error) {
        tell({ type: 'submit.failed', failure: toCaught(error, 'maybe').failure });
      }
    }),

    poll: child(async ({ job }, signal, tell) => {
      try {
        const update = await adapter.read(known(job), { signal });
        if (isOutcome(update)) tell({ type: 'job.ended', outcome: update, heardFrom: 'read' });
        else tell({ type: 'read.answered', update: update.kind === 'pending' ? update : undefined });
      } catch (error) {
        tell({ type: 'read.failed', ...toCaught(error, 'yes') });
      }
    }),

    cancel: child(async ({ job }, signal, tell) => {
      try {
        const update = (await adapter.cancel?.(known(job), { signal })) ?? { kind: 'cancelled' };
        tell(
          isOutcome(update)
            ? { type: 'job.ended', outcome: update, heardFrom: 'cancel' }
            : { type: 'cancel.unconfirmed' },
        );
      } catch {
        tell({ type: 'cancel.failed' });
      }
    }),

    sse: child(async ({ job, stream }, signal, tell) => {
      let aliveAt = Number.NEGATIVE_INFINITY;
      const call = {
        signal,
        lastEventId: stream.lastEventId,
        onOpen: () => tell({ type: 'stream.opened' }),
        onAlive: () => {
          const now = surroundings.now();
          // Absolute, because a clock that was set back must not silence the stream.
          if (Math.abs(now - aliveAt) < aliveEveryMs) return;
          aliveAt = now;
          tell({ type: 'stream.alive' });
        },
        onId: (id: string) => tell({ type: 'stream.noted', lastEventId: id }),
        onRetry: (ms: number) => tell({ type: 'stream.noted', reopenAfterMs: ms }),
      };
      try {
        for await (const update of adapter.events?.(known(job), call) ?? []) {
          if (signal.aborted) return;
          if (isOutcome(update)) tell({ type: 'job.ended', outcome: update, heardFrom: 'stream' });
          else if (update.kind === 'pending') tell({ type: 'job.progressed', update });
          else if (update.kind === 'changed') tell({ type: 'job.changed' });
        }
        tell({ type: 'stream.lost' });
      } catch (error) {
        const { failure, retryAfterMs } = toCaught(error, 'yes');
        tell(failure.code === 'not-found' ? { type: 'stream.refused' } : { type: 'stream.lost', retryAfterMs });
      }
    }),

    watch: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const tell: Tell = sendBack;
      return surroundings.watch(fact => tell({ type: `page.${fact}` }));
    }),
  };
}
