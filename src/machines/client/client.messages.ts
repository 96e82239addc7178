import type { Failure, JobRef } from '../generation/generation.port.js';

/** The messages of the failures that a client decides: what happened, to which job, what to do. */

export const crashMessage = (id: string, job: JobRef | undefined): string => {
  const next = job
    ? `Resume the generation to follow job ${job.id} again.`
    : 'A job may be running and may have been charged, but it cannot be found again.';
  return `The state machine of generation ${id} stopped with an error. ${next}`;
};

export const interruptedMessage = (id: string): string =>
  `The page closed before the backend answered the submit of generation ${id}. The job may be running and may have been charged, but it cannot be found again.`;

/** Of a stored generation that this client cannot show or follow. */
export const unreadableMessage = (id: string, why: string): string =>
  `What the store holds of generation ${id} cannot be read: ${why}. It is not followed here, and it stays stored. A job may be running and may have been charged. Correct the store, and reload the page.`;

/** A submit that is not sent again. Nothing was charged, so a later one can be a new one. */
export const refusedTooOften = (id: string, failure: Failure): Failure => ({
  ...failure,
  message: `${failure.message} The backend has refused generation ${id} for more than 10 minutes, and nothing was charged. Retry it later.`,
  retryable: true,
});

/** Of a generation that has ended in another tab or before: nothing is stored of the reason but its code. */
export const tombstoneMessage = (id: string, { code, charged }: Failure): string =>
  `Generation ${id} has failed before, with the code ${code} (charged: ${charged}). The reason was told where it was followed. Generate again with another id.`;
