// use-tool.ts
import type { GenerationTool } from 'generation-lifecycle';
import { onMounted, onUnmounted, shallowRef } from 'vue';

/** What the tool shows, for as long as the component is there. */
export function useTool<TInput, TOutput, TItem>(tool: GenerationTool<TInput, TOutput, TItem>) {
  const view = shallowRef(tool.idleView); // what a server renders, too
  const look = () => {
    view.value = tool.getView();
  };
  let leave = () => {};
  onMounted(() => {
    leave = tool.subscribe(look);
    look();
  });
  onUnmounted(() => leave());
  return view;
}
