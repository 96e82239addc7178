import type { JobRef } from '../generation/generation.port.js';
import { getOwn } from '../json.js';
import type { StoredGeneration } from './client.port.js';
import type { ClientView, ForgottenGeneration } from './client.types.js';
import type { LeftRuns } from './client-session.js';

/** What runs at the backend, as far as this page or its store knows. */
export type Running = {
  readonly id: string;
  readonly job: JobRef | undefined;
  readonly idempotencyKey: string;
  readonly isCancelRequested: boolean;
  /** Another backend has its job. */
  readonly isForeign?: boolean | undefined;
  /** It has ended meanwhile, and was charged. */
  readonly isOver?: boolean | undefined;
};

/** With what the store knows, also of other tabs. */
export function withStored(
  running: readonly Running[],
  stored: readonly StoredGeneration[],
  isForeign: (stored: StoredGeneration) => boolean,
): readonly Running[] {
  const all = new Map(running.map(one => [one.id, one]));
  for (const one of stored) {
    const { id, idempotencyKey, job } = one.token;
    const known = all.get(id);
    const found = { id, idempotencyKey, job: job ?? known?.job, isForeign: isForeign(one) };
    if (!one.ended && !one.failure) all.set(id, { isCancelRequested: false, ...known, ...found });
  }
  return [...all.values()];
}

/** A session that was left before may know more of a generation than the one after it. */
export const mergeLeft = (all: readonly LeftRuns[]): LeftRuns => {
  const isKnown = ({ result, token }: LeftRuns[string]) => result !== undefined || token.job !== undefined;
  const entries = all.flatMap(left => Object.entries(left));
  return Object.fromEntries([
    ...entries.filter(([, one]) => !isKnown(one)),
    ...entries.filter(([, one]) => isKnown(one)),
  ]);
};

/** With what the backend has answered meanwhile. What ended without a charge is left out. */
export const withLeftRuns = (running: readonly Running[], left: LeftRuns): readonly Running[] =>
  running.flatMap(one => {
    const { token, result } = left[one.id] ?? {};
    const job = one.job ?? result?.job ?? token?.job;
    const charged =
      result?.status === 'failed' ? result.failure.charged : result?.status === 'cancelled' ? result.charged : 'yes';
    if (result && charged === 'no') return [];
    const isOver = result?.status === 'completed' || (result?.status === 'failed' && result.job !== undefined);
    return [{ ...one, job, isOver, isCancelRequested: one.isCancelRequested || result?.status === 'cancelled' }];
  });

/** What the caller is told. */
export const toForgotten = (running: readonly Running[]): readonly ForgottenGeneration[] =>
  running.map(({ id, job, isCancelRequested }) => ({ id, job, charged: job ? 'yes' : 'maybe', isCancelRequested }));

/** What runs in a page. */
export const runningOf = (
  { generations }: ClientView<unknown, unknown>,
  { entries }: { readonly entries: { readonly [id: string]: { readonly idempotencyKey?: string | undefined } } },
): readonly Running[] =>
  generations
    .filter(({ isRunning, status, job }) => isRunning && (status !== 'queued' || job))
    .map(({ id, job }) => {
      const { idempotencyKey = id } = getOwn(entries, id) ?? {};
      return { id, job, idempotencyKey, isCancelRequested: false };
    });
