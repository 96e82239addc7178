import type { ClientView } from './client.types.js';

/**
 * The view of a client, from a snapshot. Pure. What does not change keeps its object: the progress of one generation changes
 * neither the objects of the others nor `items`.
 *
 * @example
 * const actor = createActor(createClientMachine({ name: 'pictures', generation: machine, toItems, store })).start();
 * actor.subscribe(snapshot => {
 *   const { generations, items } = viewClient(snapshot);
 *   show(items, generations.filter(({ isRunning }) => isRunning));
 * });
 */
export function viewClient<TOutput, TItem>({
  context: { generations, items, isReady, storageError },
}: {
  readonly context: ClientView<TOutput, TItem>;
}): ClientView<TOutput, TItem> {
  return { generations, items, isReady, storageError };
}
