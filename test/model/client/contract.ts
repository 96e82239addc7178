import type { EventObject } from 'xstate';
import type { GenerationContext } from '../../../src/machines/generation/generation.context.js';
import { type Bounds, jobOf } from './bounds.js';

/**
 * A generation as its own exploration has proved it: it submits at most once and only on GENERATE, follows the job of its
 * token without a submit, and ends at most once, with its own id and its own job.
 */
export type Contract = {
  readonly id: string;
  readonly key: string;
  readonly phase: 'idle' | 'submitting' | 'following';
  readonly job: string | undefined;
  readonly cancelRequested: boolean;
  /** An earlier session has sent a submit with its key. */
  readonly mayHaveArrived?: true | undefined;
  /** Once its job is known, nothing follows it. */
  readonly isDetached?: true | undefined;
  readonly progress: number | undefined;
};

/** The state of a job at the backend, as far as any tab knows it. */
export type JobState = 'running' | 'succeeded' | 'failed' | 'cancelled' | undefined;

/** What a generation may do next by itself. */
export type Act =
  | 'is accepted'
  | 'is accepted with its outcome'
  | 'is refused'
  | 'is refused for now'
  | 'gets no answer'
  | 'makes progress'
  | 'succeeds'
  | 'succeeds with items that are none'
  | 'fails'
  | 'is given up'
  | 'is cancelled'
  | 'cannot be cancelled';

/** What it may do next, and the state of its job then. A job whose end no tab knows may still end in any way. */
export function actsOf(
  { phase, cancelRequested, progress, job, isDetached }: Contract,
  jobState: JobState,
  { hasProgress = false, hasBrokenItems = false, refusals = 0 }: Bounds,
): readonly { readonly act: Act; readonly jobState: JobState }[] {
  const ends = (states: readonly JobState[]) =>
    jobState === undefined || jobState === 'running' || states.includes(jobState);
  if (phase === 'submitting') {
    const isOpen = ends(['succeeded']);
    return [
      { act: 'is accepted', jobState: jobState ?? 'running' },
      ...(isOpen ? [{ act: 'is accepted with its outcome', jobState: 'succeeded' } as const] : []),
      ...(jobState === undefined ? [{ act: 'is refused', jobState } as const] : []),
      ...(jobState === undefined && refusals > 0 ? [{ act: 'is refused for now', jobState } as const] : []),
      { act: 'gets no answer', jobState },
    ];
  }
  if (phase !== 'following' || job === undefined || (isDetached && !cancelRequested)) return [];
  return [
    ...(ends(['succeeded']) ? [{ act: 'succeeds', jobState: 'succeeded' } as const] : []),
    ...(hasBrokenItems && ends(['succeeded'])
      ? [{ act: 'succeeds with items that are none', jobState: 'succeeded' } as const]
      : []),
    ...(ends(['failed']) ? [{ act: 'fails', jobState: 'failed' } as const] : []),
    ...(ends(['cancelled']) && (cancelRequested || jobState === 'cancelled')
      ? [{ act: 'is cancelled', jobState: 'cancelled' } as const]
      : []),
    ...(cancelRequested
      ? [{ act: 'cannot be cancelled', jobState } as const]
      : [{ act: 'is given up', jobState } as const]),
    ...(hasProgress && progress === undefined ? [{ act: 'makes progress', jobState } as const] : []),
  ];
}

const followingValue = (cancelRequested: boolean, isDetached: true | undefined) => {
  if (cancelRequested) return { cancelling: 'asking' };
  return isDetached ? 'detached' : { following: { stream: 'refused', reads: 'polling' } };
};

/** The snapshot that its run gets: the part that a run may read. */
export const snapshotOf = ({
  id,
  key,
  phase,
  job,
  cancelRequested,
  isDetached,
  progress,
}: Contract): EventObject & { snapshot: object } => ({
  type: 'xstate.snapshot.generation',
  snapshot: {
    status: 'active',
    value: phase === 'following' ? followingValue(cancelRequested, isDetached) : phase,
    context: {
      id,
      idempotencyKey: key,
      job: job === undefined ? undefined : { id: job },
      cancelRequested,
      isDetached: isDetached === true,
      submit: { count: 0, lookupCount: 0, mayHaveArrived: false },
      shown: { progress },
      estimate: { isTold: false, isLate: false },
      clock: { phase: 'running', queuedMs: 0, runningMs: 0 },
      stream: { lossCount: 0, isTelling: false },
      reads: { count: 0, isReadRequested: false, isMissing: false, timeoutCount: 0 },
      health: { isJobSeen: false, unansweredMs: 0, markedAt: 0 },
      cancel: { readCount: 0, isUnanswered: false },
    } satisfies GenerationContext<unknown>,
  },
});

/** The contract after an act, and what the run receives. */
export function actOut(contract: Contract, act: Act): { readonly contract?: Contract; readonly event: EventObject } {
  const { id, cancelRequested, mayHaveArrived } = contract;
  // A later refusal says nothing about an earlier request.
  const unpaid = mayHaveArrived ? 'maybe' : 'no';
  const job = { id: contract.job ?? jobOf(contract.key) };
  const goOn = (change: Partial<Contract>) => {
    const next = { ...contract, ...change };
    return { contract: next, event: snapshotOf(next) };
  };
  const end = (output: object, known: 'with its job' | 'without a job' = 'with its job') => ({
    event: {
      type: 'xstate.done.actor.generation',
      output: { ...output, id, job: known === 'with its job' ? job : undefined },
    },
  });
  const fail = (failure: object) => ({
    status: 'failed',
    failure: { message: '', retryable: false, resumable: false, ...failure },
  });
  const cancelled = (stopped: boolean, charged: string) => ({ status: 'cancelled', stopped, charged });
  switch (act) {
    case 'is accepted':
      return goOn({ phase: 'following', job: job.id });
    case 'makes progress':
      return goOn({ progress: 0.5 });
    case 'is refused':
      return end(
        cancelRequested
          ? cancelled(!mayHaveArrived, unpaid)
          : fail({ code: 'payment-required', charged: unpaid, retryable: true }),
        'without a job',
      );
    case 'is refused for now':
      return end(
        cancelRequested
          ? cancelled(!mayHaveArrived, unpaid)
          : fail({ code: 'busy', charged: unpaid, retryable: true, retryAfterMs: 5_000 }),
        'without a job',
      );
    case 'gets no answer':
      return end(
        cancelRequested ? cancelled(false, 'maybe') : fail({ code: 'network', charged: 'maybe' }),
        'without a job',
      );
    case 'is accepted with its outcome':
    case 'succeeds':
      return end({ status: 'completed', output: { job: job.id } });
    case 'succeeds with items that are none':
      return end({ status: 'completed', output: { job: job.id, isBroken: true } });
    case 'fails':
      return end(fail({ code: 'job-failed', charged: 'yes', job }));
    case 'is given up':
      return end(fail({ code: 'unreachable', charged: 'yes', resumable: true, job }));
    case 'is cancelled':
      return end(cancelled(true, 'maybe'));
    case 'cannot be cancelled':
      return end(cancelled(false, 'yes'));
  }
}
