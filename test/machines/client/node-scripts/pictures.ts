import {
  createGenerationClient,
  createGenerationMachine,
  type GalleryItem,
  type GenerationStore,
} from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { scripted } from 'generation-lifecycle/testing';

type Picture = { readonly url: string };

/** A client whose jobs are done at their second read, so that it has to wait in between. */
export const createPictures = (store: Partial<GenerationStore<GalleryItem<Picture>>> = {}) =>
  createGenerationClient({
    name: 'pictures',
    generation: createGenerationMachine(
      scripted<Picture, string>({
        read: [{ update: { kind: 'pending' } }, { update: { kind: 'succeeded', output: { url: 'made.png' } } }],
      }),
    ),
    toItems: ({ url }) => [{ url }],
    store: { ...memoryStore<GalleryItem<Picture>>(), ...store },
  });
