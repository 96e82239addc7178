import type { ClientView } from './client.types.js';

/** What is shown before anything is known: always the same object, so that nothing renders for it. Frozen. */
export const emptyView: ClientView<never, never> = Object.freeze({
  generations: Object.freeze([]),
  items: Object.freeze([]),
  isReady: false,
  storageError: undefined,
});

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
