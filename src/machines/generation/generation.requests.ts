import { checkedSubmission, checkedUpdate, isOutcome, toFailedCall } from './generation.answers.js';
import type { GenerationContext } from './generation.context.js';
import type { AdapterCall, GenerationAdapter, JobRef, JobUpdate } from './generation.port.js';
import type { GenerationChildEvent } from './generation.types.js';

export type JobInput = Pick<GenerationContext<unknown>, 'id' | 'stream'> & { readonly job: JobRef };

export type SubmitInput = Pick<GenerationContext<unknown>, 'id' | 'idempotencyKey' | 'submit'>;

/**
 * What the children do that make one request: by the names of the children, each sends the event that its answer is. They never throw, and try
 * once. A server that runs the chart in steps makes the same requests.
 */
export function generationRequests<TInput, TOutput>(adapter: GenerationAdapter<TInput, TOutput>) {
  type Sent = GenerationChildEvent<TOutput>;
  type Send = (event: Sent) => void;

  /** One request about the job. */
  const request =
    (name: 'read' | 'cancel', call: (job: JobRef, call: AdapterCall) => Promise<JobUpdate<TOutput>>) =>
    async ({ job }: JobInput, signal: AbortSignal, send: Send): Promise<void> => {
      try {
        const update = checkedUpdate<TOutput>(await call(job, { signal }), name, job);
        if (isOutcome(update)) send({ type: 'job.ended', outcome: update });
        else send({ type: `${name}.answered`, update });
      } catch (error) {
        const { failure, retryAfterMs } = toFailedCall(error, name);
        send({ type: `${name}.failed`, failure, retryAfterMs });
      }
    };

  const accepted = (id: string, call: string, answer: unknown): Sent => ({
    type: 'job.accepted',
    ...checkedSubmission<TOutput>(answer, call, id),
  });

  /** Asks what became of a submit without an answer. */
  const lookup =
    (name: 'find' | 'cancelByKey') =>
    async ({ id, idempotencyKey }: SubmitInput, signal: AbortSignal, send: Send): Promise<void> => {
      try {
        const submission: unknown = await adapter[name]?.(idempotencyKey, { signal });
        // `answer.ok && { job }` is false after a 500. Only nothing at all says that nothing was bought.
        const isNothing = submission === undefined || submission === null;
        send(isNothing ? { type: 'lookup.answered' } : accepted(id, name, submission));
      } catch (error) {
        const { failure, retryAfterMs } = toFailedCall(error, name);
        send({ type: 'lookup.failed', failure, retryAfterMs });
      }
    };

  return {
    async submit({ id, submit, idempotencyKey }: SubmitInput, signal: AbortSignal, send: Send): Promise<void> {
      try {
        // GENERATE has set the input.
        const input = submit.getInput?.() as TInput;
        send(accepted(id, 'submit', await adapter.submit(input, { signal, idempotencyKey })));
      } catch (error) {
        const { failure, retryAfterMs } = toFailedCall(error, 'submit');
        send({ type: 'submit.failed', failure, retryAfterMs });
      }
    },

    find: lookup('find'),
    forbid: lookup('cancelByKey'),

    /** One read. The chart repeats it. */
    poll: request('read', (job, call) => adapter.read(job, call)),
    cancel: request('cancel', async (job, call) => (await adapter.cancel?.(job, call)) ?? { kind: 'cancelled' }),
  };
}
