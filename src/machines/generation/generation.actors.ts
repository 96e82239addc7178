import { type EventObject, fromCallback, type NonReducibleUnknown } from 'xstate';
import type { Environment } from '../environment.js';
import { missingApis, toPlatformError } from '../platform.js';
import type { GenerationContext } from './generation.context.js';
import { generationEvents } from './generation.events.js';
import type { GenerationAdapter, JobRef } from './generation.port.js';
import { generationRequests, type SubmitInput } from './generation.requests.js';
import type { GenerationChildEvent } from './generation.types.js';

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
    sse: child('stream.refused', generationEvents(adapter, environment)),

    page: fromCallback<EventObject, undefined>(({ sendBack }) => {
      const send: Send = sendBack;
      return environment.subscribe(event => {
        // Back online counts as awake: requests in flight are lost, and changes were missed.
        if (event !== 'offline') send({ type: event === 'asleep' ? 'page.asleep' : 'page.woke' });
      });
    }),
  };
}
