import type { JobOutcome, JobRef } from 'generation-lifecycle';
import type { Charge, StoredJob } from 'generation-lifecycle/server';

/** What the monitors look at in a row. */
export type RowState = {
  readonly token: {
    readonly job?: JobRef;
    readonly cancelRequested?: boolean;
    readonly step?: { readonly mayHaveArrived?: boolean };
  };
  readonly outcome?: JobOutcome<unknown>;
  readonly isAssumed?: boolean;
  readonly cancelRequested?: boolean;
  readonly isForbidden?: boolean;
  readonly foundJob?: JobRef;
  readonly settlement?: { readonly attempt: number; readonly told?: Charge };
};

export const stateOf = ({ state }: StoredJob): RowState => state as unknown as RowState;

export const isEnded = ({ status }: StoredJob): boolean => status !== 'submitting' && status !== 'running';

/** The job that a row knows of, also by a delivery. */
export function jobOf(row: StoredJob): string | undefined {
  const { token, foundJob } = stateOf(row);
  return (token.job ?? foundJob)?.id;
}

export function chargeOf(outcome: JobOutcome<unknown> | undefined): string | undefined {
  if (outcome?.kind === 'failed') return outcome.failure.charged;
  return outcome?.kind === 'cancelled' ? outcome.charged : undefined;
}

/** Whether two states differ only in what others may leave for whoever makes the next step. */
export function isSameButMail(one: RowState, other: RowState): boolean {
  const rest = ({ cancelRequested, isForbidden, foundJob, outcome, isAssumed, ...kept }: RowState) =>
    JSON.stringify(kept);
  return rest(one) === rest(other);
}
