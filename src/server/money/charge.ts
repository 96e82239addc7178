import type { JobState } from '../steps/job-state.js';
import { statusOf } from '../steps/job-state.js';
import type { Charge } from './money.types.js';

/** What a job that has ended costs, as far as it is known. */
export function chargeOf(state: JobState): Charge {
  // It has an outcome, so this is a final one.
  const status = statusOf(state) as Charge['status'];
  const { outcome } = state;
  switch (outcome?.kind) {
    case 'succeeded':
      return { status, charged: 'yes', ...(outcome.cost && { cost: outcome.cost }) };
    case 'cancelled':
      return { status, charged: outcome.charged ?? 'maybe', ...(outcome.cost && { cost: outcome.cost }) };
    default:
      return { status, charged: outcome?.failure.charged ?? 'maybe' };
  }
}

export const isSameCharge = (one: Charge, other: Charge): boolean =>
  one.status === other.status &&
  one.charged === other.charged &&
  one.cost?.amount === other.cost?.amount &&
  one.cost?.unit === other.cost?.unit;
