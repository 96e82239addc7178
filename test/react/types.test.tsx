import { createGenerationMachine, type GenerationAdapter } from 'generation-lifecycle';
import { useGeneration } from 'generation-lifecycle/react';
import { renderToString } from 'react-dom/server';
import { expect, expectTypeOf, it } from 'vitest';

type Input = { readonly prompt: string };
type Output = { readonly url: string };

const adapter: GenerationAdapter<Input, Output> = {
  submit: async () => ({ job: { id: 'job-1' } }),
  read: async () => ({ kind: 'pending' }),
};
const machine = createGenerationMachine(adapter);

function Page() {
  const { output, generate, status } = useGeneration(machine, {
    onCompleted: ({ output }) => expectTypeOf(output).toEqualTypeOf<Output>(),
  });
  expectTypeOf(output).toEqualTypeOf<Output | undefined>();
  expectTypeOf(generate).parameters.toEqualTypeOf<[Input]>();
  // @ts-expect-error The machine's input has no such field.
  const press = () => generate({ text: 'a lighthouse' });
  return (
    <button type="button" onClick={press}>
      {status}
    </button>
  );
}

it('useGeneration takes its types from the machine', () => {
  expect(renderToString(<Page />)).toBe('<button type="button">idle</button>');
});
