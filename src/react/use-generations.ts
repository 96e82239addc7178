import type { UseGenerationsResult } from '../bindings/client-binding.types.js';
import { toClientSource } from '../bindings/client-source.js';
import type { GenerationClient } from '../machines/client/client.types.js';
import { useSnapshot, wholeSnapshot } from './use-snapshot.js';
import { useSourceFor } from './use-source-for.js';

/**
 * A client in a component: its generations, its gallery, and its commands. All components share the client, which goes
 * on when they unmount. Rendering submits nothing. A server renders the client's `getServerSnapshot()` (empty, not
 * ready), and the page hydrates with the same.
 *
 * With a selector, the component renders again only if the selected value changes. Unchanged parts of the snapshot stay
 * the same objects. If your selector creates an object, pass an `isEqual`.
 *
 * During development, a hot reload that recreates the client stops the old one. The new one continues from the store;
 * with a `memoryStore`, it starts empty.
 *
 * @param client created once, at module scope
 * @throws Error if the component creates another client on each render
 * @example
 * const pictures = createGenerationClient({ name: 'pictures', generation: machine, toItems, store });
 *
 * function Gallery() {
 *   const { items, generate } = useGenerations(pictures);
 *   return (
 *     <>
 *       <button onClick={() => generate({ prompt: 'a lighthouse' })}>Generate</button>
 *       {items.map(({ id, url }) => <img key={id} src={url} alt="" />)}
 *     </>
 *   );
 * }
 * function Bar({ id }: { id: string }) {
 *   const progress = useGenerations(pictures, view => view.generations.find(one => one.id === id)?.progress);
 *   return <progress value={progress ?? 0} />;
 * }
 */
export function useGenerations<TInput, TOutput, TItem>(
  client: GenerationClient<TInput, TOutput, TItem>,
): UseGenerationsResult<TInput, TOutput, TItem>;
export function useGenerations<TInput, TOutput, TItem, TSelected>(
  client: GenerationClient<TInput, TOutput, TItem>,
  selector: (view: UseGenerationsResult<TInput, TOutput, TItem>) => TSelected,
  isEqual?: (one: TSelected, other: TSelected) => boolean,
): TSelected;
export function useGenerations<TInput, TOutput, TItem>(
  client: GenerationClient<TInput, TOutput, TItem>,
  selector: (view: UseGenerationsResult<TInput, TOutput, TItem>) => unknown = wholeSnapshot,
  isEqual?: (one: unknown, other: unknown) => boolean,
): unknown {
  const source = useSourceFor(client, toClientSource, {
    hook: 'useGenerations',
    argument: 'client',
    isKeptOnHotReload: false,
    // The new one finds in the store what runs, and follows it.
    onReplaced: replaced => replaced.stop(),
  });
  return useSnapshot(source, selector, isEqual);
}
