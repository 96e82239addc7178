// use-client.ts
import type { GenerationClient } from 'generation-lifecycle';
import { onMounted, onUnmounted, shallowRef } from 'vue';

/** What the client shows, while the component is mounted. */
export function useClient<TInput, TOutput, TItem>(client: GenerationClient<TInput, TOutput, TItem>) {
  const snapshot = shallowRef(client.getServerSnapshot());
  const update = () => {
    snapshot.value = client.getSnapshot();
  };
  let unsubscribe = () => {};
  onMounted(() => {
    unsubscribe = client.subscribe(update);
    update();
  });
  onUnmounted(() => unsubscribe());
  return snapshot;
}
