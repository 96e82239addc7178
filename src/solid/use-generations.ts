import { batch, untrack } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import { assertClient, clientKeys, toClientCommands } from '../bindings/client-source.js';
import { type MaybeGetter, toGetter, withGetters } from '../bindings/getter.js';
import type { ClientView, GenerationClient } from '../machines/client/client.types.js';
import { createSubscription } from './create-source.js';
import { plainCopy } from './plain-copy.js';
import type { UseGenerationsReturn } from './use-generations.types.js';

/**
 * A client in a component: its generations, its gallery, and its commands. All components share the client, which goes
 * on when they unmount. Nothing is submitted before a command. On a server, and until the page has hydrated, the view
 * is empty and `isReady` is false.
 *
 * The view is a store reconciled by `id`: `<For>` creates a row once, and updates only what changes in it.
 *
 * @param client created once, at module scope; or an accessor of one
 * @throws TypeError for an invalid client, such as a machine
 * @example
 * const pictures = createGenerationClient({ name: 'pictures', generation: machine, toItems, store });
 *
 * function Gallery() {
 *   const gallery = useGenerations(pictures);
 *   return (
 *     <>
 *       <button onClick={() => gallery.generate({ prompt: 'a lighthouse' })}>Generate</button>
 *       <For each={gallery.items}>{item => <img src={item.url} alt="" />}</For>
 *     </>
 *   );
 * }
 */
export function useGenerations<TInput, TOutput, TItem>(
  client: MaybeGetter<GenerationClient<TInput, TOutput, TItem>>,
): UseGenerationsReturn<TInput, TOutput, TItem> {
  type View = ClientView<TOutput, TItem>;
  const getClient = toGetter(client);
  assertClient(untrack(getClient));
  let shown: View = untrack(getClient).getServerSnapshot();
  // A store changes what it holds, and a snapshot is shared and must not change.
  const stores = new Map(
    clientKeys.map(key => [key, createStore<{ value: unknown }>({ value: plainCopy(shown[key]) })]),
  );
  const show = (view: View) => {
    const changed = clientKeys.filter(key => view[key] !== shown[key]);
    shown = view;
    batch(() => {
      for (const key of changed) stores.get(key)?.[1]('value', reconcile(plainCopy(view[key]), { key: 'id' }));
    });
  };
  createSubscription(getClient, ({ getSnapshot }) => show(getSnapshot()));
  const commands = toClientCommands(() => untrack(getClient));
  return withGetters<typeof commands, View>(
    commands,
    clientKeys,
    key => stores.get(key)?.[0].value as View[typeof key],
  );
}
