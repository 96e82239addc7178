import { GenerationError } from '../generation/generation.errors.js';
import type { ClientEmitted } from './client.types.js';
import { renewalFailure } from './renewal.reading.js';

/**
 * Promises an item that is being renewed.
 *
 * @param listeners the listeners that the client calls with each event, and with `undefined` when it stops
 */
export function renewalPromise<TItem extends { readonly id: string }>(
  id: string,
  listeners: Set<(emitted: ClientEmitted<TItem> | undefined) => void>,
): Promise<TItem> {
  const renewed = new Promise<TItem>((resolve, reject) => {
    const listener = (emitted: ClientEmitted<TItem> | undefined) => {
      if (emitted?.type === 'item.renewed' && emitted.item.id === id) resolve(emitted.item);
      else if (emitted?.type === 'item.renewFailed' && emitted.id === id) reject(new GenerationError(emitted.failure));
      else if (!emitted) {
        const message = `Item ${id} was not renewed: the client was stopped first. Renew it again.`;
        reject(new GenerationError(renewalFailure('interrupted', message)));
      } else return;
      listeners.delete(listener);
    };
    listeners.add(listener);
  });
  // A caller who does not use the promise must not get an unhandled rejection.
  renewed.catch(() => {});
  return renewed;
}
