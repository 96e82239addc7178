import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, fileBackend, indexedStore, localStore } from 'generation-lifecycle/adapters';
import { useImageGenerator } from 'generation-lifecycle/react/drop-in';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { mark, probedFetch, probedStore, watchDropIn, watchWrites } from './page.probes.mjs';

/**
 * @typedef {import('./crash.types.ts').Shown} Shown
 * @typedef {{ url: string, prompt: string }} Draft
 * @typedef {import('generation-lifecycle').GalleryItem<Draft>} Picture
 */

const input = { prompt: 'a lighthouse', resolution: { width: 64, height: 64 } };

/** What ended, as it was told to the page. @type {string[]} */
const told = [];

/** @param {string} what */
function note(what) {
  told.push(what);
  Reflect.get(globalThis, 'tellNews')?.(what);
  mark('told');
}

/** @param {import('generation-lifecycle').GenerationStore<Picture>} store @returns {{ generate(): void, look(): Shown }} */
function aClient(store) {
  const environment = browserEnvironment();
  const client = createGenerationClient({
    name: 'pictures',
    generation: createGenerationMachine(fileBackend({ kind: 'image', fetch: probedFetch }), { environment }),
    toItems: ({ files }) => {
      mark('result');
      return files.map(({ url, metadata }) => ({ url, prompt: metadata.prompt ?? '' }));
    },
    describe: ({ prompt }) => ({ prompt }),
    store: probedStore(store),
    locks: browserLocks(),
  });
  client.on('generation.completed', () => note('completed'));
  client.on('generation.failed', ({ failure }) => note(failure.code));
  client.on('generation.cancelled', () => note('cancelled'));
  client.subscribe(() => {});
  return {
    generate: () => void client.generate(input),
    look() {
      const { generations, items, isReady, storageError } = client.getSnapshot();
      const isSettled = isReady && !generations.some(({ isRunning }) => isRunning);
      return { isSettled, items: items.map(({ id }) => id), told, storageError };
    },
  };
}

/** What the drop-in has returned last. @type {ReturnType<typeof useImageGenerator> | undefined} */
let shown;

function DropInPage() {
  shown = useImageGenerator({
    fetch: probedFetch,
    notify: notice => {
      if (notice.type === 'generation.completed') note('completed');
      else if (notice.type === 'generation.failed') note(notice.failure.code);
    },
  });
  return null;
}

/** @returns {{ generate(): void, look(): Shown }} */
function aDropIn() {
  watchDropIn('generation_states', 'super-chatbot-generated-images');
  createRoot(document.body).render(createElement(DropInPage));
  return {
    generate: () => void shown?.generateImage(input),
    look: () => ({
      isSettled: shown !== undefined && !shown.isGenerating,
      items: shown?.generatedImages.map(({ id }) => id) ?? [],
      told,
      storageError: undefined,
    }),
  };
}

watchWrites();
const keepings = {
  localStore: () => aClient(localStore({ key: 'pictures' })),
  indexedStore: () => aClient(indexedStore({ name: 'pictures' })),
  'drop-in': aDropIn,
};
const keeping = new URLSearchParams(location.search).get('keeping');
if (keeping !== 'localStore' && keeping !== 'indexedStore' && keeping !== 'drop-in') throw new Error('Keep it how?');
const { generate, look } = keepings[keeping]();

Object.assign(globalThis, {
  look,
  generate() {
    mark('asked');
    generate();
  },
});
