import { useInsertionEffect } from 'react';
import type { UseGenerationOptions, UseGenerationResult } from '../bindings/generation-binding.types.js';
import { createGenerationController } from '../bindings/generation-controller.js';
import type { GenerationMachine } from '../machines/generation/generation.machine.js';
import { useSnapshot, wholeSnapshot } from './use-snapshot.js';
import { useSourceFor } from './use-source-for.js';

/**
 * One generation in a component. Two components have two generations, even with the same machine. If you pass another
 * machine, the hook starts another generation and releases the previous one, as on unmount.
 *
 * While the component is unmounted or hidden, its stream is closed, nothing is read, and nothing is cancelled. A submit
 * in flight runs to its end. When the same component is shown again (`<Activity>`), it follows the job again, and its
 * callbacks get the outcome that came meanwhile. To continue in another component, or after a reload, store the
 * `resumeToken` that the callbacks get.
 *
 * During development, a hot reload that recreates the machine loses nothing: a running generation keeps its machine,
 * and the next one uses the new machine.
 *
 * @param machine created once, at module scope
 * @throws TypeError for an unknown option
 * @throws Error if the component creates another machine on each render
 * @example
 * const machine = createGenerationMachine(fileBackend({ kind: 'image' }), { environment: browserEnvironment() });
 *
 * function Painter() {
 *   const { status, progress, output, generate, cancel, canCancel } = useGeneration(machine, {
 *     onCompleted: ({ output }) => addToGallery(output),
 *   });
 *   return (
 *     <>
 *       <button onClick={() => generate({ prompt: 'a lighthouse' })}>Generate</button>
 *       <button onClick={cancel} disabled={!canCancel}>Cancel</button>
 *       <progress value={progress ?? 0} aria-label={status} />
 *     </>
 *   );
 * }
 */
export function useGeneration<TInput, TOutput>(
  machine: GenerationMachine<TInput, TOutput>,
  options: UseGenerationOptions<TOutput, TInput> = {},
): UseGenerationResult<TInput, TOutput> {
  const controller = useSourceFor(
    machine,
    // The resume token belongs to the first machine only.
    (key, isFirst) => createGenerationController(key, isFirst ? options : { ...options, resume: undefined }),
    { hook: 'useGeneration', argument: 'machine', isKeptOnHotReload: true },
  );
  // An insertion effect runs before every effect that may call the callbacks, and `<Activity>` does not undo it.
  useInsertionEffect(() => controller.update(machine, options));
  return useSnapshot(controller, wholeSnapshot);
}
