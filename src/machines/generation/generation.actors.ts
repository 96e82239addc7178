import { type EventObject, fromCallback, type NonReducibleUnknown } from 'xstate';
import type { Environment } from '../environment.js';
import { createFailure, type GenerationError, isGenerationError } from './generation.errors.js';
import { invalidJobMessage, unknownErrorMessage } from './generation.messages.js';
import type {
  AdapterCall,
  Failure,
  GenerationAdapter,
  JobOutcome,
  JobRef,
  JobUpdate,
  Submission,
} from './generation.port.js';
import type { GenerationChildEvent, GenerationContext, GenerationEvent } from './generation.types.js';

/** `stream.alive` only restarts the idle timeout: once a second is enough. */
const aliveEveryMs = 1_000;

type JobInput = Pick<GenerationContext<unknown>, 'id' | 'stream'> & { readonly job: JobRef };

/** The input of `submit`. The user's input goes from the command to the adapter, and the context does not keep it. */
export const toSubmitInput = <TInput, TOutput>({
  context,
  event,
}: {
  readonly context: GenerationContext<TOutput>;
  readonly event: GenerationEvent<TInput, TOutput>;
}) => ({
  id: context.id,
  idempotencyKey: context.idempotencyKey,
  // Only GENERATE enters `submitting`.
  input: (event as Extract<typeof event, { type: 'GENERATE' }>).input,
});

/** The input of the children that follow the job. After `submitting` there is a job. */
export const toJobInput = ({ context }: { readonly context: GenerationContext<unknown> }) =>
  context as typeof context & { readonly job: JobRef };

const isOutcome = <TOutput>(update: JobUpdate<TOutput>): update is JobOutcome<TOutput> =>
  update.kind === 'succeeded' || update.kind === 'failed' || update.kind === 'cancelled';

/** What a call of the adapter throws, as data. Any error but ours leaves it open whether the request arrived. */
const toFailedCall = (error: unknown, call: string): Partial<GenerationError> & { readonly failure: Failure } =>
  isGenerationError(error) ? error : { failure: createFailure('network', unknownErrorMessage(call, error)) };

/**
 * The children of the chart: they take values, send events, and never throw. Each tries once. Leaving the state that
 * needs a child stops it, and XState drops whatever it still sends.
 */
export function generationActors<TInput, TOutput>(
  adapter: GenerationAdapter<TInput, TOutput>,
  environment: Environment,
) {
  type Send = (event: GenerationChildEvent<TOutput>) => void;

  /** A child that runs `work`. Stopping it aborts the signal. */
  const child = <TChildInput extends NonReducibleUnknown>(
    work: (input: TChildInput, signal: AbortSignal, send: Send) => Promise<void>,
  ) =>
    fromCallback<EventObject, TChildInput>(({ input, sendBack }) => {
      const controller = new AbortController();
      void work(input, controller.signal, sendBack);
      return () => controller.abort();
    });

  /** A child that makes one request about the job. */
  const request = (name: 'read' | 'cancel', call: (job: JobRef, call: AdapterCall) => Promise<JobUpdate<TOutput>>) =>
    child<JobInput>(async ({ job }, signal, send) => {
      try {
        const update = await call(job, { signal });
        if (isOutcome(update)) send({ type: 'job.ended', outcome: update });
        else send({ type: `${name}.answered`, update });
      } catch (error) {
        const { failure, retryAfterMs } = toFailedCall(error, name);
        send({ type: `${name}.failed`, failure, retryAfterMs });
      }
    });

  return {
    submit: child<ReturnType<typeof toSubmitInput<TInput, TOutput>>>(
      async ({ id, input, idempotencyKey }, signal, send) => {
        try {
          const submission: Partial<Submission<TOutput>> | undefined = await adapter.submit(input, {
            signal,
            idempotencyKey,
          });
          const { job, update } = submission ?? {};
          if (job && hasId(job) && isJson(job)) send({ type: 'job.accepted', job, update });
          else send({ type: 'submit.failed', failure: createFailure('invalid-response', invalidJobMessage(id, job)) });
        } catch (error) {
          send({ type: 'submit.failed', failure: toFailedCall(error, 'submit').failure });
        }
      },
    ),

    /** One read. The chart repeats it. */
    poll: request('read', (job, call) => adapter.read(job, call)),
    cancel: request('cancel', async (job, call) => (await adapter.cancel?.(job, call)) ?? { kind: 'cancelled' }),

    /** The event stream. */
    sse: child<JobInput>(async ({ job, stream }, signal, send) => {
      let aliveAt = 0;
      const call = {
        signal,
        lastEventId: stream.lastEventId,
        onOpen: () => send({ type: 'stream.opened' }),
        onAlive: () => {
          const now = environment.now();
          // Absolute, because a clock that was set back must not silence the stream.
          if (Math.abs(now - aliveAt) < aliveEveryMs) return;
          aliveAt = now;
          send({ type: 'stream.alive' });
        },
        onId: (id: string) => send({ type: 'stream.metadata', lastEventId: id }),
        onRetry: (ms: number) => send({ type: 'stream.metadata', reopenAfterMs: ms }),
      };
      try {
        for await (const update of adapter.events?.(job, call) ?? []) {
          if (signal.aborted) return;
          // A failure on the stream is confirmed by a read.
          if (update.kind === 'failed') send({ type: 'job.failureReported', outcome: update });
          else if (isOutcome(update)) send({ type: 'job.ended', outcome: update });
          else if (update.kind === 'pending') send({ type: 'job.progressed', update });
          else if (update.kind === 'changed') send({ type: 'job.changed' });
          // An update is made of bytes, also where the adapter does not say so.
          call.onAlive();
        }
        send({ type: 'stream.lost' });
      } catch (error) {
        const { failure, retryAfterMs } = toFailedCall(error, 'events');
        if (retryAfterMs) call.onRetry(retryAfterMs);
        send({ type: failure.code === 'not-found' ? 'stream.refused' : 'stream.lost' });
      }
    }),

    page: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const send: Send = sendBack;
      return environment.subscribe(event => {
        // Back online counts as awake: requests in flight are lost, and changes were missed.
        if (event !== 'offline') send({ type: event === 'asleep' ? 'page.asleep' : 'page.woke' });
      });
    }),
  };
}

/** Without an id there is nothing to follow, and no later page finds an id that is not text. */
const hasId = ({ id }: JobRef): boolean => typeof id === 'string' && id.trim() !== '';

/** A later page gets the job as JSON. */
function isJson(job: JobRef): boolean {
  try {
    return JSON.stringify(job) !== undefined;
  } catch {
    return false;
  }
}
