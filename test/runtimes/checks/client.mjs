import assert from 'node:assert/strict';
import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { until } from '../patience.mjs';
import { startVendor } from '../vendor.mjs';

export async function fillsGallery() {
  const vendor = await startVendor();
  const store = memoryStore();
  const open = () =>
    createGenerationClient({
      name: 'pictures',
      generation: createGenerationMachine(vendor.adapter),
      toItems: ({ images }) => images.map(({ url }) => ({ url })),
      store,
    });
  const pictures = open();
  let completed = 0;
  pictures.on('generation.completed', () => {
    completed += 1;
  });
  const wishes = ['a lighthouse', 'a castle', 'a castle'].map(prompt => pictures.generate({ prompt }));
  await Promise.all(wishes.map(({ items }) => items));
  assert.equal(pictures.getSnapshot().items.length, 2);
  assert.equal(completed, 2);
  pictures.stop();

  const next = open();
  next.subscribe(() => undefined);
  await until('another client of the store shows the same', () => next.getSnapshot().items.length === 2);
  next.stop();
  assert.equal(vendor.double.chargedCount, 2);
  await vendor.close();
}
