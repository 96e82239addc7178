import { createFailure, GenerationError, isGenerationError } from '../generation/generation.errors.js';
import { unknownErrorMessage } from '../generation/generation.messages.js';
import type { Failure, FailureCode, GenerationAdapter, JobRef, JobUpdate } from '../generation/generation.port.js';
import { attempt, textOfThrown } from '../isolated.js';
import type { GalleryItem, GenerationSource, ItemSource } from './client.types.js';
import { toGalleryItems } from './gallery-item.js';

/** What is renewed: all items of one generation. */
export type RenewalInput = {
  /** The id of the renewal's actor. */
  readonly runId: string;
  readonly generationId: string;
  readonly source: ItemSource;
  /** The items that the gallery holds. Others were removed. */
  readonly ids: readonly string[];
  /** The client does it by itself, as other tabs do. What the store has that expires later than this was renewed by one of them. */
  readonly sharedUntil?: number | undefined;
};

/** Why an item was not renewed. The job itself was charged long ago, and nothing is charged for this. */
export const renewalFailure = (code: FailureCode, message: string, job?: JobRef | undefined): Failure => ({
  ...createFailure(code, message),
  charged: job ? 'yes' : 'no',
  job,
});

const refuse = (code: FailureCode, message: string, job: JobRef) =>
  new GenerationError(renewalFailure(code, message, job));

function outputOf<TOutput>(update: JobUpdate<TOutput>, { generationId, source }: RenewalInput) {
  const { job } = source;
  if (update.kind === 'succeeded') return update;
  if (update.kind === 'failed') throw new GenerationError(update.failure);
  const message =
    update.kind === 'cancelled'
      ? `Job ${job.id} of generation ${generationId} was cancelled, so its items cannot be renewed.`
      : `Job ${job.id} of generation ${generationId} is still running at the backend, so its items cannot be renewed now. Renew them later.`;
  throw refuse(update.kind === 'cancelled' ? 'job-failed' : 'busy', message, job);
}

/**
 * Reads the job of an item again, and makes the items of what it answers.
 *
 * @throws GenerationError that says why there are no items
 */
export async function readItemsAgain<TInput, TOutput, TDraft extends object>(
  adapter: GenerationAdapter<TInput, TOutput>,
  toItems: (output: TOutput, source: GenerationSource<TInput>) => readonly TDraft[],
  input: RenewalInput,
  signal: AbortSignal,
): Promise<readonly GalleryItem<TDraft>[]> {
  const { generationId, source, ids } = input;
  const { output, expiresAt } = outputOf(await adapter.read(source.job, { signal }), input);
  try {
    const drafts = toItems(output, { ...source, id: generationId });
    return toGalleryItems(drafts, generationId, expiresAt, source).filter(({ id }) => ids.includes(id));
  } catch (error) {
    const message = `toItems failed for the output of job ${source.job.id} of generation ${generationId}: ${textOfThrown(error)}. The items stay as they were: correct toItems and renew them again.`;
    throw refuse('invalid-response', message, source.job);
  }
}

/** What a renewal reports of an error. A job that is not found has been deleted: it was there once. */
export function toRenewalFailure(error: unknown, { generationId, source }: RenewalInput): Failure {
  const { job } = source;
  // What an adapter throws need not be readable.
  const failure = attempt(() => (isGenerationError(error) ? error.failure : undefined));
  if (!failure) return renewalFailure('network', unknownErrorMessage('read', error), job);
  if (failure.code !== 'not-found') return failure;
  const message = `The backend has deleted job ${job.id} of generation ${generationId}, so its items cannot be renewed. Generate them again.`;
  return renewalFailure('expired', message, job);
}
