import { computed, type MaybeRefOrGetter, toRaw, toValue } from 'vue';
import { assertClient, clientKeys, toClientCommands } from '../bindings/client-source.js';
import type { GenerationClient } from '../machines/client/client.types.js';
import { computedMembers } from './computed-members.js';
import type { UseGenerationsReturn } from './use-generations.types.js';
import { useSource } from './use-source.js';

/**
 * A client in a component: its generations, its gallery, and its commands. All components share the client, which goes
 * on when they unmount. Nothing is submitted before a command. On a server, and until the page has hydrated, the view
 * is empty and `isReady` is false.
 *
 * A ref changes only if its value does. To show a part of it, use `computed`.
 *
 * @param client created once, at module scope; or a ref or a getter of one
 * @throws TypeError for an invalid client, such as a machine
 * @example
 * const pictures = createGenerationClient({ name: 'pictures', generation: machine, toItems, store });
 *
 * export const Gallery = defineComponent(() => {
 *   const { items, generate } = useGenerations(pictures);
 *   return () => [
 *     h('button', { onClick: () => generate({ prompt: 'a lighthouse' }) }, 'Generate'),
 *     ...items.value.map(({ id, url }) => h('img', { key: id, src: url, alt: '' })),
 *   ];
 * });
 */
export function useGenerations<TInput, TOutput, TItem>(
  client: MaybeRefOrGetter<GenerationClient<TInput, TOutput, TItem>>,
): UseGenerationsReturn<TInput, TOutput, TItem> {
  const current = computed(() => toRaw(toValue(client)));
  assertClient(current.value);
  const view = useSource(() => current.value);
  return {
    view,
    ...computedMembers(view, clientKeys),
    ...toClientCommands(() => current.value),
  };
}
