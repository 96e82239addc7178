import type { ToolView } from './client.types.js';

/**
 * A tool as a page shows it. Pure. What does not change keeps its object: the progress of one generation leaves the
 * others' objects, and `items`, as they were.
 *
 * @example
 * const actor = createActor(createToolMachine({ name: 'pictures', generation: machine, toItems, store })).start();
 * actor.subscribe(snapshot => {
 *   const { generations, items } = viewTool(snapshot);
 *   show(items, generations.filter(({ isRunning }) => isRunning));
 * });
 */
export function viewTool<TOutput, TItem>({
  context: { generations, items, isReady, trouble },
}: {
  readonly context: ToolView<TOutput, TItem>;
}): ToolView<TOutput, TItem> {
  return { generations, items, isReady, trouble };
}
