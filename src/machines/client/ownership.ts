import type { Failure, GenerationAdapter } from '../generation/generation.port.js';
import { attempt, ignoreRejection } from '../isolated.js';
import type { StoredGeneration } from './client.port.js';

/** Whose a stored generation is: which client requested it, and from which backend. */
export type Owner = Pick<StoredGeneration, 'name' | 'origin'>;

/** The origin of an adapter, now. One that throws or tells no text has none: everything else about the adapter may still work. */
export function originOf({ origin }: Pick<GenerationAdapter<never, unknown>, 'origin'>): string | undefined {
  const told: unknown = typeof origin === 'function' ? attempt(origin) : origin;
  ignoreRejection(told);
  return typeof told === 'string' ? told : undefined;
}

/** Whether this client has requested it. Version 0.1.0 stored no names. */
export const isOfClient = (stored: Owner, own: Owner): boolean => stored.name === undefined || stored.name === own.name;

/** Whether the job of a stored generation can be followed by an adapter. Without an origin, any adapter follows it. */
export const isOfOrigin = (stored: Owner, own: Owner): boolean =>
  stored.origin === undefined || own.origin === undefined || stored.origin === own.origin;

/** What a page shows of a generation whose job another backend has. Nothing happens to it here. */
export function otherOriginFailure({ token, origin }: StoredGeneration, own: Owner): Failure {
  const { id, job } = token;
  const message = `${job ? `Job ${job.id} of generation ${id}` : `Generation ${id}`} belongs to ${origin}, and this page uses ${own.origin}. It is not followed, read, cancelled or submitted here, and it stays stored. Open the page with ${origin} to follow it.`;
  return { code: 'bad-input', message, retryable: false, resumable: false, charged: job ? 'yes' : 'maybe', job };
}

/** Why a new generation is not submitted: its id is one of another client or backend. */
export function idTakenFailure(id: string, { name, origin }: Owner): Failure {
  const owner = [...(name === undefined ? [] : [`client "${name}"`]), ...(origin === undefined ? [] : [origin])].join(
    ' at ',
  );
  const message = `Generation ${id} was not submitted: the store has a generation of this id that belongs to ${owner}. Use another id.`;
  return { code: 'bad-input', message, retryable: false, resumable: false, charged: 'no' };
}
