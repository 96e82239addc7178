import type { EventObject } from 'xstate';
import { jobOf } from './bounds.js';

/**
 * A generation as its own exploration has proved it: it submits at most once and only when it is told to, follows a job
 * that it was given without a submit, and ends at most once, with its own id and its own job.
 */
export type Contract = {
  readonly id: string;
  readonly key: string;
  readonly phase: 'idle' | 'submitting' | 'following';
  readonly job: string | undefined;
  readonly cancelRequested: boolean;
  readonly progress: number | undefined;
};

/** What a backend has done about a job, as far as anybody has heard. */
export type Fate = 'running' | 'succeeded' | 'failed' | 'cancelled' | undefined;

/** How a generation goes on by itself. */
export type Act =
  | 'is accepted'
  | 'is accepted with its outcome'
  | 'is refused'
  | 'gets no answer'
  | 'makes progress'
  | 'succeeds'
  | 'fails'
  | 'is given up'
  | 'is cancelled'
  | 'cannot be cancelled';

/** How it can go on, and what the backend has done then. Unless somebody has heard of it, a job may yet end in any way. */
export function actsOf(
  { phase, cancelRequested, progress, job }: Contract,
  fate: Fate,
  hasProgress: boolean,
): readonly { readonly act: Act; readonly fate: Fate }[] {
  const ends = (fates: readonly Fate[]) => fate === undefined || fate === 'running' || fates.includes(fate);
  if (phase === 'submitting') {
    const isOpen = ends(['succeeded']);
    return [
      { act: 'is accepted', fate: fate ?? 'running' },
      ...(isOpen ? [{ act: 'is accepted with its outcome', fate: 'succeeded' } as const] : []),
      ...(fate === undefined ? [{ act: 'is refused', fate } as const] : []),
      { act: 'gets no answer', fate },
    ];
  }
  if (phase !== 'following' || job === undefined) return [];
  return [
    ...(ends(['succeeded']) ? [{ act: 'succeeds', fate: 'succeeded' } as const] : []),
    ...(ends(['failed']) ? [{ act: 'fails', fate: 'failed' } as const] : []),
    ...(ends(['cancelled']) && (cancelRequested || fate === 'cancelled')
      ? [{ act: 'is cancelled', fate: 'cancelled' } as const]
      : []),
    ...(cancelRequested ? [{ act: 'cannot be cancelled', fate } as const] : [{ act: 'is given up', fate } as const]),
    ...(hasProgress && progress === undefined ? [{ act: 'makes progress', fate } as const] : []),
  ];
}

/** What a run is told of it while it goes on: as much of a snapshot as a run may look at. */
export const snapshotOf = ({
  id,
  key,
  phase,
  job,
  cancelRequested,
  progress,
}: Contract): EventObject & { snapshot: object } => ({
  type: 'xstate.snapshot.generation',
  snapshot: {
    status: 'active',
    value: phase === 'following' ? { following: { stream: 'refused', reads: 'polling' } } : phase,
    context: {
      id,
      idempotencyKey: key,
      job: job === undefined ? undefined : { id: job },
      cancelRequested,
      shown: { progress },
      stream: { lossCount: 0 },
    },
  },
});

/** How it ends, or goes on, by one of its acts. */
export function actOut(contract: Contract, act: Act): { readonly contract?: Contract; readonly told: EventObject } {
  const { id, cancelRequested } = contract;
  const job = { id: contract.job ?? jobOf(contract.key) };
  const goOn = (change: Partial<Contract>) => {
    const next = { ...contract, ...change };
    return { contract: next, told: snapshotOf(next) };
  };
  const end = (output: object, known: object | undefined = job) => ({
    told: { type: 'xstate.done.actor.generation', output: { ...output, id, job: known } },
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
        cancelRequested ? cancelled(true, 'no') : fail({ code: 'payment-required', charged: 'no', retryable: true }),
        undefined,
      );
    case 'gets no answer':
      return end(cancelRequested ? cancelled(false, 'maybe') : fail({ code: 'network', charged: 'maybe' }), undefined);
    case 'is accepted with its outcome':
    case 'succeeds':
      return end({ status: 'completed', output: { job: job.id } });
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
