import { type EventObject, fromCallback, type NonReducibleUnknown } from 'xstate';
import { isGenerationError } from './generation.errors.js';
import type { Failure, GenerationAdapter, JobRef, JobUpdate } from './generation.port.js';
import type { GenerationContext, GenerationFact } from './generation.types.js';
import type { Surroundings } from './surroundings.js';

/** `stream.alive` only feeds the silence timer: more often than this it would be noise. */
const aliveEveryMs = 1_000;

type SubmitChildInput<TInput> = { readonly input: TInput; readonly idempotencyKey: string };
type JobChildInput = { readonly job: JobRef };
type StreamChildInput = JobChildInput & { readonly lastEventId?: string | undefined };

/** The job of a generation that has one, as every state after `submitting` does. */
export function jobOf(context: { readonly id: string; readonly job?: JobRef | undefined }): JobRef {
  if (!context.job) throw new Error(`Generation ${context.id} has no job.`);
  return context.job;
}

type From<TInput> = { readonly context: GenerationContext<TInput, unknown> };

/** What `submitting` gives its child. The context holds the input as long as that state is. */
export const toSubmission = <TInput>({ context }: From<TInput>): SubmitChildInput<TInput> => ({
  input: context.input as TInput,
  idempotencyKey: context.idempotencyKey,
});

/** What a state that reads or cancels gives its child. */
export const toJob = ({ context }: From<unknown>): JobChildInput => ({ job: jobOf(context) });

/** What a state that listens gives its child. */
export const toStream = ({ context }: From<unknown>): StreamChildInput => ({
  job: jobOf(context),
  lastEventId: context.lastEventId,
});

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

  /** A child that runs `work` until it is stopped, which aborts its signal. */
  const child = <TChildInput extends NonReducibleUnknown>(
    work: (input: TChildInput, signal: AbortSignal, tell: Tell) => Promise<void>,
  ) =>
    fromCallback<EventObject, TChildInput>(({ input, sendBack }) => {
      const controller = new AbortController();
      void work(input, controller.signal, fact => {
        // An adapter that ignores abort has no one to talk to.
        if (!controller.signal.aborted) sendBack(fact);
      });
      return () => controller.abort();
    });

  const tellUpdate = (update: JobUpdate<TOutput>, heardFrom: 'read' | 'cancel', tell: Tell, otherwise: () => void) => {
    if (update.kind === 'succeeded' || update.kind === 'failed' || update.kind === 'cancelled') {
      tell({ type: 'job.ended', outcome: update, heardFrom });
    } else {
      otherwise();
    }
  };

  return {
    submit: child<SubmitChildInput<TInput>>(async ({ input, idempotencyKey }, signal, tell) => {
      try {
        const { job, update } = await adapter.submit(input, { signal, idempotencyKey });
        tell({ type: 'job.accepted', job, update });
      } catch (error) {
        tell({ type: 'submit.failed', failure: toCaught(error, 'maybe').failure });
      }
    }),

    poll: child<JobChildInput>(async ({ job }, signal, tell) => {
      try {
        const update = await adapter.read(job, { signal });
        tellUpdate(update, 'read', tell, () =>
          tell({ type: 'read.answered', update: update.kind === 'pending' ? update : undefined }),
        );
      } catch (error) {
        tell({ type: 'read.failed', ...toCaught(error, 'yes') });
      }
    }),

    cancel: child<JobChildInput>(async ({ job }, signal, tell) => {
      try {
        const update = (await adapter.cancel?.(job, { signal })) ?? { kind: 'cancelled' };
        tellUpdate(update, 'cancel', tell, () => tell({ type: 'cancel.unconfirmed' }));
      } catch {
        tell({ type: 'cancel.failed' });
      }
    }),

    sse: child<StreamChildInput>(async ({ job, lastEventId }, signal, tell) => {
      let aliveAt = Number.NEGATIVE_INFINITY;
      const call = {
        signal,
        lastEventId,
        onOpen: () => tell({ type: 'stream.opened' }),
        onAlive: () => {
          const now = surroundings.now();
          // A clock that was set back must not silence the stream.
          if (now >= aliveAt && now - aliveAt < aliveEveryMs) return;
          aliveAt = now;
          tell({ type: 'stream.alive' });
        },
        onId: (id: string) => tell({ type: 'stream.identified', lastEventId: id }),
        onRetry: (ms: number) => tell({ type: 'stream.delayed', reopenAfterMs: ms }),
      };
      try {
        for await (const update of adapter.events?.(job, call) ?? []) {
          if (signal.aborted) return;
          if (update.kind === 'pending') tell({ type: 'job.progressed', update });
          else if (update.kind === 'changed') tell({ type: 'job.changed' });
          else if (update.kind !== 'ignored') tell({ type: 'job.ended', outcome: update, heardFrom: 'stream' });
        }
        tell({ type: 'stream.lost' });
      } catch (error) {
        const { failure, retryAfterMs } = toCaught(error, 'yes');
        tell(failure.code === 'not-found' ? { type: 'stream.refused' } : { type: 'stream.lost', retryAfterMs });
      }
    }),

    watch: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const tell: Tell = sendBack;
      return surroundings.watch(fact => {
        if (fact === 'woke') tell({ type: 'page.woke' });
        else if (fact === 'asleep') tell({ type: 'page.asleep' });
        else if (fact === 'online') tell({ type: 'network.online' });
      });
    }),
  };
}
