import type { Environment } from '../environment.js';
import { toDelayMs, toHintMs } from '../reads/delays.js';
import type { GenerationContext } from './generation.context.js';
import { createFailure } from './generation.errors.js';
import { unansweredSubmitMessage } from './generation.messages.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { Failure, GenerationAdapter } from './generation.port.js';
import { canReplay } from './generation.replay.js';
import type { AnyEvent, GenerationOutcome } from './generation.types.js';

/** What the chart does about its submit: whether it may be sent again, and what an unanswered one means. */
export type SubmitAdapter = Pick<
  GenerationAdapter<never, unknown>,
  'find' | 'cancelByKey' | 'idempotentSubmit' | 'idempotencyWindowMs'
>;

type Context = GenerationContext<unknown>;
type Changes = Partial<Pick<Context, 'submit' | 'retryAt' | 'startedAt' | 'cancelRequested' | 'isDetached'>>;
type Args = { readonly context: Context; readonly event: AnyEvent<unknown> };

/** Nothing is known of the job, and a submit of this or an earlier session may have arrived. */
const isUnanswered = ({ job, submit }: Context) => job === undefined && submit.mayHaveArrived;

/** The backend says that a submit with this key is in progress: a job is running, or will be. */
const isInProgress = (failure: Failure | undefined) => failure?.code === 'busy' && failure.charged !== 'no';

const isRefusedForNow = (failure: Failure | undefined) =>
  (failure?.code === 'rate-limited' || failure?.code === 'busy') && failure.charged === 'no';

/** A later refusal says nothing about an earlier request that may have arrived. */
const withEarlier = ({ submit }: Context, failure: Failure): Failure =>
  submit.mayHaveArrived && failure.charged === 'no' ? { ...failure, charged: 'maybe' } : failure;

/** The failure of the submit as an outcome: with a cancel before, it is one of a cancelled generation. */
export function toSubmitOutcome({ id, submit, cancelRequested }: Context): GenerationOutcome<never> {
  const failure = submit.failure ?? createFailure('interrupted', unansweredSubmitMessage(id));
  const { charged } = failure;
  return cancelRequested ? { status: 'cancelled', stopped: charged === 'no', charged } : { status: 'failed', failure };
}

/** How the context of the submit changes. */
export function submitChanges(policy: GenerationPolicy, environment: Environment, canLookUp: boolean) {
  const retryInMs = ({ submit }: Context, hintMs: number | undefined) =>
    toHintMs(hintMs) || toDelayMs(policy.submitRetryDelaysMs, Math.max(1, submit.count));

  return {
    begin: (context: Context, getInput: (() => unknown) | undefined): Changes => {
      const firstAt = environment.now();
      const { startedAt = firstAt, submit } = context;
      return { startedAt, cancelRequested: false, isDetached: false, submit: { ...submit, firstAt, getInput } };
    },
    setInput: ({ submit }: Context, getInput: (() => unknown) | undefined): Changes => ({
      submit: { ...submit, firstAt: environment.now(), getInput },
    }),
    countSubmit: ({ submit }: Context): Changes => ({
      retryAt: undefined,
      submit: { ...submit, count: submit.count + 1, failure: undefined, job: undefined },
    }),
    fail: (context: Context, { failure, retryAfterMs }: AnyEvent<unknown>): Changes => {
      const unanswered = createFailure('interrupted', unansweredSubmitMessage(context.id));
      const known = withEarlier(context, failure ?? unanswered);
      const mayHaveArrived = known.charged !== 'no';
      return {
        submit: {
          ...context.submit,
          // A lookup with the same key costs nothing.
          failure: { ...known, resumable: known.resumable || (mayHaveArrived && canLookUp) },
          job: known.resumable ? known.job : undefined,
          mayHaveArrived,
          retryInMs: retryInMs(context, retryAfterMs),
        },
      };
    },
    /** The lookup did not answer either. Another one with the same key costs nothing. */
    setUnanswered: ({ id, submit }: Context): Changes => {
      const unanswered = createFailure('interrupted', unansweredSubmitMessage(id));
      return { submit: { ...submit, failure: submit.failure ?? { ...unanswered, resumable: true } } };
    },
    /** There is nothing to look up again. */
    setNotFound: ({ submit }: Context): Changes => ({
      submit: { ...submit, job: undefined, failure: submit.failure && { ...submit.failure, resumable: false } },
    }),
    setRetryAt: ({ submit }: Context): Changes => ({ retryAt: environment.now() + Number(submit.retryInMs) }),
    countLookup: ({ submit }: Context): Changes => ({
      retryAt: undefined,
      submit: { ...submit, lookupCount: submit.lookupCount + 1 },
    }),
  };
}

/** When the submit is sent again, looked up or forbidden, by the names that the chart uses. */
export function submitGuards(adapter: SubmitAdapter, policy: GenerationPolicy, environment: Environment) {
  const isReplayable = ({ startedAt }: Context) => canReplay(adapter, startedAt, environment.now());
  const passedMs = ({ submit }: Context, waitMs: number) => environment.now() - Number(submit.firstAt) + waitMs;
  const lastFailure = ({ context }: Args) => context.submit.failure;

  return {
    canFind: ({ context }: Args) => isUnanswered(context) && adapter.find !== undefined,
    canForbid: ({ context }: Args) =>
      isUnanswered(context) && context.cancelRequested && adapter.cancelByKey !== undefined,
    /** An earlier session may have submitted it, and another request could be charged again. */
    isUnrepeatable: ({ context }: Args) => isUnanswered(context) && !isReplayable(context),
    /** What another session began can be sent again with the same key: nobody has been told of a failure. */
    isRepeatable: ({ context }: Args) =>
      !context.submit.failure && context.submit.getInput !== undefined && isReplayable(context),

    /** The submit is sent again after a wait. */
    isDeferred: (args: Args) => {
      const { context } = args;
      const waitMs = Number(context.submit.retryInMs);
      const failure = lastFailure(args);
      if (isInProgress(failure)) return isReplayable(context) && passedMs(context, waitMs) <= policy.submitTimeoutMs;
      if (context.cancelRequested || !isRefusedForNow(failure)) return false;
      return passedMs(context, waitMs) <= policy.submitPatienceMs;
    },
    isInProgress: (args: Args) => isInProgress(lastFailure(args)),
  };
}
