import { createComputed, createMemo, untrack } from 'solid-js';
import type { UseGenerationOptions } from '../bindings/generation-binding.types.js';
import { shownKeys, toGenerationCommands } from '../bindings/generation-commands.js';
import { createGenerationController, type GenerationController } from '../bindings/generation-controller.js';
import { type MaybeGetter, toGetter } from '../bindings/getter.js';
import type { GenerationMachine } from '../machines/generation/generation.machine.js';
import { createSource, withMembers } from './create-source.js';
import type { UseGenerationReturn } from './use-generation.types.js';

/**
 * One generation in a component. Two components have two generations, even with the same machine. If the accessor
 * returns another machine, the hook starts another generation and releases the previous one, as on unmount.
 *
 * When the component unmounts, its stream is closed, nothing is read any more, and nothing is cancelled. A submit in
 * flight runs to its end. To continue in another component, or after a reload, store the `resumeToken` that the
 * callbacks get. On a server, and until the page has hydrated, it is idle.
 *
 * Its members are reactive: read `generation.status`, and do not destructure them. An effect or a part of the page that
 * reads one runs again only if that one changes.
 *
 * @param machine created once, at module scope; or an accessor of one
 * @param options also as an accessor
 * @throws TypeError for an unknown option or an invalid machine
 * @example
 * const machine = createGenerationMachine(fileBackend({ kind: 'image' }), { environment: browserEnvironment() });
 *
 * function Painter() {
 *   const generation = useGeneration(machine, { onCompleted: ({ output }) => addToGallery(output) });
 *   return (
 *     <>
 *       <button onClick={() => generation.generate({ prompt: 'a lighthouse' })}>Generate</button>
 *       <button onClick={generation.cancel} disabled={!generation.canCancel}>Cancel</button>
 *       <progress value={generation.progress ?? 0} aria-label={generation.status} />
 *     </>
 *   );
 * }
 */
export function useGeneration<TInput, TOutput>(
  machine: MaybeGetter<GenerationMachine<TInput, TOutput>>,
  options: MaybeGetter<UseGenerationOptions<TOutput, TInput>> = {},
): UseGenerationReturn<TInput, TOutput> {
  // What it reads may change without giving another machine.
  const getMachine = createMemo(toGetter(machine));
  const getOptions = toGetter(options);
  let currentOptions = untrack(getOptions);
  const controller = createMemo<GenerationController<TInput, TOutput>>(previous => {
    const current = getMachine();
    // The resume token belongs to the first machine only.
    return untrack(() =>
      createGenerationController(current, previous ? { ...currentOptions, resume: undefined } : currentOptions),
    );
  });
  createComputed(() => {
    currentOptions = getOptions();
    untrack(() => controller().update(getMachine(), currentOptions));
  });
  const result = createSource(controller);
  const commands = toGenerationCommands<TInput>(() => untrack(controller).getSnapshot());
  return withMembers(commands, shownKeys(untrack(result)), result);
}
