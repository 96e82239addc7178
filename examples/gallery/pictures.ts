import { createGenerationClient, createGenerationMachine, type GalleryItem } from 'generation-lifecycle';
import { browserEnvironment, memoryStore } from 'generation-lifecycle/adapters';
import { demoBackend, type Picture } from './demo-backend.js';

/** The client of the page. In your page: your adapter, and a `localStore`, so that it survives a reload. */
export const pictures = createGenerationClient({
  name: 'pictures',
  generation: createGenerationMachine(demoBackend(), {
    environment: browserEnvironment(),
    policy: { pollDelayMs: [300], minReadGapMs: 100 },
  }),
  toItems: picture => [picture],
  describe: ({ prompt }) => ({ prompt }),
  store: memoryStore<GalleryItem<Picture>>(),
});

export type Generation = ReturnType<typeof pictures.getSnapshot>['generations'][number];

/** What a row is about, for its buttons: "Cancel a lighthouse". */
export const promptOf = ({ description }: Generation): string => String(description?.['prompt'] ?? '');
