import { useGeneration } from 'generation-lifecycle/react';
import { codeVersion, machine } from './machine.js';

/** Once for all versions of this code. */
const completed: string[] = Object.assign(globalThis, {
  completed: Reflect.get(globalThis, 'completed') ?? [],
}).completed;

export function Painter() {
  const { status, output, generate } = useGeneration(machine, {
    onCompleted: ({ output: url }) => completed.push(url),
  });
  return (
    <section aria-label="Painter">
      <h1>Painter 1</h1>
      <button type="button" onClick={() => generate({ prompt: 'dunes' })}>
        Paint
      </button>
      <output>
        {status} by {codeVersion}
      </output>
      {output && <img src={output} alt="Painted" />}
    </section>
  );
}
