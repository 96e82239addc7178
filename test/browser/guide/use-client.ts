// use-tool.ts
import type { GenerationClient } from 'generation-lifecycle';
import { onMounted, onUnmounted, shallowRef } from 'vue';

/** What the client shows, for as long as the component is there. */
export function useClient<TInput, TOutput, TItem>(client: GenerationClient<TInput, TOutput, TItem>) {
  const view = shallowRef(client.getServerSnapshot()); // what a server renders, too
  const look = () => {
    view.value = client.getSnapshot();
  };
  let leave = () => {};
  onMounted(() => {
    leave = client.subscribe(look);
    look();
  });
  onUnmounted(() => leave());
  return view;
}
