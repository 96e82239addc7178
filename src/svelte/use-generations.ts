import { assertClient, clientKeys, toClientCommands } from '../bindings/client-source.js';
import { type MaybeGetter, toGetter, withGetters } from '../bindings/getter.js';
import type { GenerationClient } from '../machines/client/client.types.js';
import { reactiveSource } from './reactive-source.js';
import { toReadable } from './readable.js';
import type { UseGenerationsReturn } from './use-generations.types.js';

/**
 * A client in a component, or in a module: its generations, its gallery, and its commands. All components share the
 * client, which goes on when they unmount. Nothing is submitted before a command. On a server, and while a page
 * hydrates, the view is empty and `isReady` is false.
 *
 * Its members are reactive in runes: read `gallery.items`, and do not destructure them. It is also a store:
 * `$gallery.items`.
 *
 * @param client created once, at module scope; or a getter of one
 * @throws TypeError for an invalid client, such as a machine
 * @example
 * // <script>
 * const gallery = useGenerations(pictures);
 * // </script>
 * // <button onclick={() => gallery.generate({ prompt: 'a lighthouse' })}>Generate</button>
 * // {#each gallery.items as { id, url } (id)}<img src={url} alt="" />{/each}
 */
export function useGenerations<TInput, TOutput, TItem>(
  client: MaybeGetter<GenerationClient<TInput, TOutput, TItem>>,
): UseGenerationsReturn<TInput, TOutput, TItem> {
  const getClient = toGetter(client);
  let current = getClient();
  assertClient(current);
  let readCurrent = reactiveSource(current);
  const read = () => {
    const newClient = getClient();
    if (newClient !== current) {
      current = newClient;
      readCurrent = reactiveSource(newClient);
    }
    return readCurrent();
  };
  return withGetters({ ...toClientCommands(getClient), ...toReadable(read) }, clientKeys, key => read()[key]);
}
