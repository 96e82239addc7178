import { type MaybeRefOrGetter, shallowRef, toRaw, toValue, watch } from 'vue';
import type { UseGenerationOptions } from '../bindings/generation-binding.types.js';
import { shownKeys, toGenerationCommands } from '../bindings/generation-commands.js';
import { createGenerationController } from '../bindings/generation-controller.js';
import type { GenerationMachine } from '../machines/generation/generation.machine.js';
import { computedMembers } from './computed-members.js';
import type { UseGenerationReturn } from './use-generation.types.js';
import { useSource } from './use-source.js';

/**
 * One generation in a component. Two components have two generations, even with the same machine. If the ref or the
 * getter returns another machine, the composable starts another generation and releases the previous one, as on
 * unmount.
 *
 * While the component is unmounted, or inactive in `<KeepAlive>`, its stream is closed, nothing is read, and nothing is
 * cancelled. A submit in flight runs to its end. When the same component is activated again, it follows the job again,
 * and its callbacks get the outcome that came meanwhile. To continue in another component, or after a reload, store the
 * `resumeToken` that the callbacks get.
 *
 * On a server, and until the page has hydrated, it is idle. Outside a component it starts at once, and stops with its
 * scope.
 *
 * @param machine created once, at module scope; or a ref or a getter of one
 * @param options also as a ref or a getter
 * @throws TypeError for an unknown option or an invalid machine
 * @example
 * const machine = createGenerationMachine(fileBackend({ kind: 'image' }), { environment: browserEnvironment() });
 *
 * export const Painter = defineComponent(() => {
 *   const { status, progress, generate, cancel, canCancel } = useGeneration(machine, {
 *     onCompleted: ({ output }) => addToGallery(output),
 *   });
 *   return () => [
 *     h('button', { onClick: () => generate({ prompt: 'a lighthouse' }) }, 'Generate'),
 *     h('button', { onClick: cancel, disabled: !canCancel.value }, 'Cancel'),
 *     h('progress', { value: progress.value ?? 0, 'aria-label': status.value }),
 *   ];
 * });
 */
export function useGeneration<TInput, TOutput>(
  machine: MaybeRefOrGetter<GenerationMachine<TInput, TOutput>>,
  options: MaybeRefOrGetter<UseGenerationOptions<TOutput, TInput>> = {},
): UseGenerationReturn<TInput, TOutput> {
  const getMachine = () => toRaw(toValue(machine));
  let currentMachine = getMachine();
  let currentOptions = toValue(options);
  const controller = shallowRef(createGenerationController(currentMachine, currentOptions));
  // Before anything can call a callback or start an actor.
  const flush = 'sync';
  watch(
    getMachine,
    newMachine => {
      currentMachine = newMachine;
      // The resume token belongs to the first machine only.
      controller.value = createGenerationController(newMachine, { ...currentOptions, resume: undefined });
    },
    { flush },
  );
  watch(
    () => toValue(options),
    newOptions => {
      currentOptions = newOptions;
      controller.value.update(currentMachine, newOptions);
    },
    { flush },
  );
  const view = useSource(() => controller.value);
  return {
    view,
    ...computedMembers(view, shownKeys(view.value)),
    ...toGenerationCommands(() => controller.value.getSnapshot()),
  };
}
