import { type EventObject, fromCallback, type NonReducibleUnknown } from 'xstate';
import type { Environment } from '../environment.js';
import { failureOf, type GenerationError, isGenerationError } from './generation.errors.js';
import type { AdapterCall, Failure, GenerationAdapter, JobOutcome, JobRef, JobUpdate } from './generation.port.js';
import type { GenerationChildEvent, GenerationContext, GenerationEvent } from './generation.types.js';

/** `stream.alive` only feeds the silence timer: more often than this it would be noise. */
const aliveEveryMs = 1_000;

type JobChildInput = Pick<GenerationContext<unknown>, 'stream'> & { readonly job: JobRef };

/** What `submitting` gives its child: the input goes from the command to the adapter, and is kept nowhere. */
export const toSubmission = <TInput, TOutput>({
  context,
  event,
}: {
  readonly context: GenerationContext<TOutput>;
  readonly event: GenerationEvent<TInput, TOutput>;
}) => ({
  idempotencyKey: context.idempotencyKey,
  // Only GENERATE leads here.
  input: (event as Extract<typeof event, { type: 'GENERATE' }>).input,
});

/** What a state that follows the job gives its child. After `submitting` there is a job. */
export const toJob = ({ context }: { readonly context: GenerationContext<unknown> }) =>
  context as typeof context & { readonly job: JobRef };

const isOutcome = <TOutput>(update: JobUpdate<TOutput>): update is JobOutcome<TOutput> =>
  update.kind === 'succeeded' || update.kind === 'failed' || update.kind === 'cancelled';

/** What an adapter throws, as data. An error that is not ours says nothing certain, so the request may have arrived. */
const toFailedCall = (error: unknown): Partial<GenerationError> & { readonly failure: Failure } =>
  // What is no error may have no text, either.
  isGenerationError(error) ? error : { failure: failureOf('network', (error as Error | null)?.message ?? 'failed') };

/**
 * The children of the chart: values in, facts out, and never a throw. Each tries once and is stopped by leaving the
 * state that needs it; XState drops what a stopped one still says.
 */
export function generationActors<TInput, TOutput>(
  adapter: GenerationAdapter<TInput, TOutput>,
  environment: Environment,
) {
  type Tell = (fact: GenerationChildEvent<TOutput>) => void;

  /** A child that runs `work` until it is stopped, which aborts its signal. */
  const child = <TChildInput extends NonReducibleUnknown>(
    work: (input: TChildInput, signal: AbortSignal, tell: Tell) => Promise<void>,
  ) =>
    fromCallback<EventObject, TChildInput>(({ input, sendBack }) => {
      const controller = new AbortController();
      void work(input, controller.signal, sendBack);
      return () => controller.abort();
    });

  /** A child that asks once about the job. */
  const question = (about: 'read' | 'cancel', ask: (job: JobRef, call: AdapterCall) => Promise<JobUpdate<TOutput>>) =>
    child<JobChildInput>(async ({ job }, signal, tell) => {
      try {
        const update = await ask(job, { signal });
        if (isOutcome(update)) tell({ type: 'job.ended', outcome: update });
        else tell({ type: `${about}.answered`, update });
      } catch (error) {
        const { failure, retryAfterMs } = toFailedCall(error);
        tell({ type: `${about}.failed`, failure, retryAfterMs });
      }
    });

  return {
    submit: child<ReturnType<typeof toSubmission<TInput, TOutput>>>(async ({ input, idempotencyKey }, signal, tell) => {
      try {
        const { job, update } = await adapter.submit(input, { signal, idempotencyKey });
        // Without an id there is nothing to follow. Under one that is no text, or beside what is no JSON, nothing is
        // found again.
        if (!(job.id.trim() && JSON.stringify(job))) throw Error('job');
        tell({ type: 'job.accepted', job, update });
      } catch (error) {
        tell({ type: 'submit.failed', failure: toFailedCall(error).failure });
      }
    }),

    poll: question('read', (job, call) => adapter.read(job, call)),
    cancel: question('cancel', async (job, call) => (await adapter.cancel?.(job, call)) ?? { kind: 'cancelled' }),

    sse: child<JobChildInput>(async ({ job, stream }, signal, tell) => {
      let aliveAt = 0;
      const call = {
        signal,
        lastEventId: stream.lastEventId,
        onOpen: () => tell({ type: 'stream.opened' }),
        onAlive: () => {
          const now = environment.now();
          // Absolute, because a clock that was set back must not silence the stream.
          if (Math.abs(now - aliveAt) < aliveEveryMs) return;
          aliveAt = now;
          tell({ type: 'stream.alive' });
        },
        onId: (id: string) => tell({ type: 'stream.noted', lastEventId: id }),
        onRetry: (ms: number) => tell({ type: 'stream.noted', reopenAfterMs: ms }),
      };
      try {
        for await (const update of adapter.events?.(job, call) ?? []) {
          if (signal.aborted) return;
          if (isOutcome(update)) {
            // A failure that was only heard is checked by a read.
            tell({ type: update.kind === 'failed' ? 'job.failureReported' : 'job.ended', outcome: update });
          } else if (update.kind === 'pending') tell({ type: 'job.progressed', update });
          else if (update.kind === 'changed') tell({ type: 'job.changed' });
          // An update is made of bytes, also where the adapter does not say so.
          call.onAlive();
        }
        tell({ type: 'stream.lost' });
      } catch (error) {
        const { failure, retryAfterMs } = toFailedCall(error);
        if (retryAfterMs) call.onRetry(retryAfterMs);
        tell({ type: failure.code === 'not-found' ? 'stream.refused' : 'stream.lost' });
      }
    }),

    watch: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const tell: Tell = sendBack;
      return environment.watch(fact => {
        // Back online is awake again: what was in flight is lost, and what was missed is to be read.
        if (fact !== 'offline') tell({ type: fact === 'asleep' ? 'page.asleep' : 'page.woke' });
      });
    }),
  };
}
