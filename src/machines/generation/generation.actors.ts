import { type EventObject, fromCallback, type NonReducibleUnknown } from 'xstate';
import type { Environment } from '../environment.js';
import { missingApis, toPlatformError } from '../platform.js';
import { checkedUpdate, isOutcome, toFailedCall } from './generation.answers.js';
import type { GenerationContext } from './generation.context.js';
import type { GenerationAdapter, JobRef } from './generation.port.js';
import { generationRequests, type JobInput, type SubmitInput } from './generation.requests.js';
import type { GenerationChildEvent } from './generation.types.js';

/** `stream.alive` only restarts the idle timeout: once a second is enough. */
const aliveEveryMs = 1_000;

/** What comes so soon after a stream has opened may be the state of the job, and no news. */
const snapshotMs = 1_000;

/** In characters. */
const maxEventIdLength = 1_024;

/** The input of the children that submit the job, or look up what became of it. */
export const toSubmitInput = ({
  context: { id, idempotencyKey, submit },
}: {
  readonly context: SubmitInput;
}): SubmitInput => ({ id, idempotencyKey, submit });

/** The input of the children that follow the job. After `submitting` there is a job. */
export const toJobInput = ({ context }: { readonly context: GenerationContext<unknown> }) =>
  context as typeof context & { readonly job: JobRef };

/**
 * The children of the chart: they take values, send events, and never throw. Each tries once. Leaving the state that
 * needs a child stops it, and XState drops whatever it still sends.
 */
export function generationActors<TInput, TOutput>(
  adapter: GenerationAdapter<TInput, TOutput>,
  environment: Environment,
) {
  type Send = (event: GenerationChildEvent<TOutput>) => void;
  const requests = generationRequests(adapter);

  /** A child that runs `work`. Stopping it aborts the signal. `failed` says that it cannot even begin. */
  const child = <TChildInput extends NonReducibleUnknown & { readonly id: string }>(
    failed: 'submit.failed' | 'lookup.failed' | 'read.failed' | 'cancel.failed' | 'stream.refused',
    work: (input: TChildInput, signal: AbortSignal, send: Send) => Promise<void>,
  ) =>
    fromCallback<EventObject, TChildInput>(({ input, sendBack, self }) => {
      const missing = missingApis('AbortController');
      if (missing.length > 0) {
        const { failure } = toPlatformError(missing, `The request of generation ${input.id}`);
        return sendBack(failed === 'stream.refused' ? { type: failed } : { type: failed, failure });
      }
      const controller = new AbortController();
      void work(input, controller.signal, sendBack);
      return () => {
        // To abort a request takes longer than to deliver an outcome, which comes first.
        if (self._parent?.getSnapshot().status === 'done') queueMicrotask(() => controller.abort());
        else controller.abort();
      };
    });

  return {
    submit: child('submit.failed', requests.submit),
    find: child('lookup.failed', requests.find),
    forbid: child('lookup.failed', requests.forbid),
    poll: child('read.failed', requests.poll),
    cancel: child('cancel.failed', requests.cancel),

    /** The event stream. */
    sse: child<JobInput>('stream.refused', async ({ job, stream }, signal, send) => {
      let isOpen = false;
      let aliveAt = 0;
      let openedAt: number | undefined;
      const call = {
        signal,
        lastEventId: stream.lastEventId,
        onOpen: () => {
          if (isOpen) return;
          isOpen = true;
          openedAt = environment.now();
          send({ type: 'stream.opened' });
        },
        onAlive: () => {
          // A stream that delivers bytes is open, even if the adapter never says so.
          call.onOpen();
          const now = environment.now();
          // Absolute, because a clock that was set back must not silence the stream.
          if (Math.abs(now - aliveAt) < aliveEveryMs) return;
          aliveAt = now;
          send({ type: 'stream.alive' });
        },
        onId: (id: string) => {
          // A longer id would stand in every token, and in a header of every request.
          if (id.length <= maxEventIdLength) send({ type: 'stream.metadata', lastEventId: id });
        },
        onRetry: (ms: number) => send({ type: 'stream.metadata', reopenAfterMs: ms }),
      };
      try {
        for await (const given of adapter.events?.(job, call) ?? []) {
          if (signal.aborted) return;
          const update = checkedUpdate<TOutput>(given, 'events', job);
          // A failure on the stream is confirmed by a read, unless the stream tells the job's state.
          if (update.kind === 'failed' && adapter.stream?.tells !== 'states')
            send({ type: 'job.failureReported', outcome: update });
          else if (isOutcome(update)) {
            // A stream may tell on opening what happened before.
            const isLive = openedAt !== undefined && environment.now() - openedAt >= snapshotMs;
            send({ type: 'job.ended', outcome: update, ...(isLive && { isLive }) });
          } else {
            call.onOpen();
            if (update.kind === 'pending') send({ type: 'job.progressed', update });
            else if (update.kind === 'changed') send({ type: 'job.changed' });
          }
          // An update is made of bytes, also where the adapter does not say so.
          call.onAlive();
        }
        send({ type: 'stream.lost' });
      } catch (error) {
        const { failure, retryAfterMs } = toFailedCall(error, 'events');
        send(failure.code === 'not-found' ? { type: 'stream.refused' } : { type: 'stream.lost', retryAfterMs });
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
