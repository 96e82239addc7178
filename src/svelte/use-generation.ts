import { onMount } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import type { UseGenerationOptions } from '../bindings/generation-binding.types.js';
import { shownKeys, toGenerationCommands } from '../bindings/generation-commands.js';
import { createGenerationController } from '../bindings/generation-controller.js';
import { type MaybeGetter, toGetter, withGetters } from '../bindings/getter.js';
import type { GenerationMachine } from '../machines/generation/generation.machine.js';
import { toReadable } from './readable.js';
import type { UseGenerationReturn } from './use-generation.types.js';

/**
 * One generation in a component; call it while the component is created. Two components have two generations, even with
 * the same machine. If the getter returns another machine, the hook starts another generation and releases the previous
 * one, as on unmount.
 *
 * When the component unmounts, its stream is closed, nothing is read any more, and nothing is cancelled. A submit in
 * flight runs to its end. To continue in another component, or after a reload, store the `resumeToken` that the
 * callbacks get. On a server, and until the component has mounted, it is idle.
 *
 * Its members are reactive in runes: read `generation.status`, and do not destructure them. It is also a store:
 * `$generation.status`.
 *
 * @param machine created once, at module scope; or a getter of one
 * @param options also as a getter
 * @throws TypeError for an unknown option or an invalid machine
 * @example
 * // <script>
 * const generation = useGeneration(machine, { onCompleted: ({ output }) => addToGallery(output) });
 * // </script>
 * // <button onclick={() => generation.generate({ prompt: 'a lighthouse' })}>Generate</button>
 * // <button onclick={generation.cancel} disabled={!generation.canCancel}>Cancel</button>
 * // <progress value={generation.progress ?? 0} aria-label={generation.status}></progress>
 */
export function useGeneration<TInput, TOutput>(
  machine: MaybeGetter<GenerationMachine<TInput, TOutput>>,
  options: MaybeGetter<UseGenerationOptions<TOutput, TInput>> = {},
): UseGenerationReturn<TInput, TOutput> {
  const getMachine = toGetter(machine);
  const getOptions = toGetter(options);
  let currentMachine = getMachine();
  let currentOptions = getOptions();
  let controller = createGenerationController(currentMachine, currentOptions);
  let isMounted = false;
  let update = () => {};
  const track = createSubscriber(newUpdate => {
    update = newUpdate;
  });

  let unsubscribe = () => {};
  const start = () => {
    unsubscribe = controller.subscribe(() => update());
    update();
  };
  onMount(() => {
    isMounted = true;
    start();
    const unwatchOptions = toReadable(getOptions).subscribe(newOptions => {
      currentOptions = newOptions;
      controller.update(currentMachine, newOptions);
    });
    const unwatchMachine = toReadable(getMachine).subscribe(newMachine => {
      if (newMachine === currentMachine) return;
      unsubscribe();
      currentMachine = newMachine;
      // The resume token belongs to the first machine only.
      controller = createGenerationController(newMachine, { ...currentOptions, resume: undefined });
      start();
    });
    return () => {
      unwatchOptions();
      unwatchMachine();
      unsubscribe();
    };
  });

  const read = () => {
    track();
    return isMounted ? controller.getSnapshot() : controller.getServerSnapshot();
  };
  const commands = toGenerationCommands(() => controller.getSnapshot());
  return withGetters({ ...commands, ...toReadable(read) }, shownKeys(read()), key => read()[key]);
}
