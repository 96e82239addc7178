import { useSelector } from '@xstate/react';
import { useInsertionEffect, useState } from 'react';
import type { GenerationMachine } from '../machines/generation/generation.machine.js';
import { createGenerationController } from './generation-controller.js';
import type { UseGenerationOptions, UseGenerationResult } from './use-generation.types.js';

const identity = <TView>(view: TView): TView => view;

/**
 * One generation in a component. Two components have two generations, also of the same machine; another machine is
 * another generation, and the one before it is let go as if its component had gone.
 *
 * A component that goes or is hidden closes its stream and stops its reads, and cancels nothing. A submit on its way
 * runs to its end. When the same component comes back (`<Activity>`), it goes on with the job, and is told then what
 * was decided meanwhile. What shall survive the component or the page is the `resumeToken`, which the callbacks are
 * given.
 *
 * @param machine made once, at module scope
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
  options: UseGenerationOptions<TOutput> = {},
): UseGenerationResult<TInput, TOutput> {
  const [kept, keep] = useState(() => createGenerationController(machine, options));
  let attachment = kept;
  if (attachment.machine !== machine) {
    // The token names a job of the machine before.
    attachment = createGenerationController(machine, { ...options, resume: undefined });
    keep(attachment);
  }
  // Before any effect could call them, and not undone by hiding.
  useInsertionEffect(() => attachment.update(options));
  return useSelector(attachment, identity);
}
