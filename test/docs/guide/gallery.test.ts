import { createGenerationClient, createGenerationMachine, type GenerationAdapter } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { scenarios, scripted } from 'generation-lifecycle/testing';
import { expect, it, onTestFinished, vi } from 'vitest';

type Picture = { readonly url: string };

// In your page: the same, with your adapter and a store that lasts.
const createGallery = (backend: GenerationAdapter<string, Picture>) =>
  createGenerationClient({
    name: 'gallery',
    generation: createGenerationMachine(backend),
    toItems: ({ url }) => [{ url }],
    store: memoryStore(),
  });

it('shows one picture for a double click', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const backend = scripted<Picture, string>(scenarios.silentStream({ url: 'first.png' }));
  const gallery = createGallery(backend);
  onTestFinished(() => gallery.stop());
  gallery.subscribe(() => {});
  gallery.generate('a lighthouse');
  gallery.generate('a lighthouse');
  await vi.advanceTimersByTimeAsync(600_000);
  expect(gallery.getSnapshot().items).toMatchObject([{ url: 'first.png' }]);
  expect(backend.calls.filter(({ kind }) => kind === 'submit')).toHaveLength(1);
});
