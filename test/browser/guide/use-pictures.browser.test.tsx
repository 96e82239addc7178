import { createGenerationMachine, type GenerationMachine } from 'generation-lifecycle';
import { scenarios, scripted } from 'generation-lifecycle/testing';
import { act, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, it, vi } from 'vitest';
import { type Picture, usePictures } from './use-pictures.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
let hook: ReturnType<typeof usePictures>;
function Page({ machine }: { readonly machine: GenerationMachine<string, Picture> }) {
  hook = usePictures(machine);
  return hook.status;
}

it.each(Object.entries(scenarios))('shows one picture or one failure: %s', async (_, scenario) => {
  vi.useFakeTimers();
  const backend = scripted<Picture, string>(scenario({ url: 'first.png' }, { url: 'signed-again.png' }));
  const root = createRoot(document.createElement('div'));
  const page = <Page machine={createGenerationMachine(backend)} />;
  await act(() => root.render(<StrictMode>{page}</StrictMode>));
  await act(() => [hook.generate('a lighthouse'), hook.generate('a double click')]);
  await act(() => vi.advanceTimersByTimeAsync(600_000));
  expect([...hook.pictures, ...hook.failures]).toHaveLength(1);
  expect(backend.calls.filter(call => call.kind === 'submit')).toHaveLength(1);
  expect(backend.calls.filter(call => call.isPending)).toEqual([]);
  await act(() => root.unmount());
});
