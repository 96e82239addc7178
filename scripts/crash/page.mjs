import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, fileBackend, indexedStore, localStore } from 'generation-lifecycle/adapters';
import { useImageGenerator } from 'generation-lifecycle/react/drop-in';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { mark, markDropInWrites, markWrites, probedFetch, probedStore } from './page.probes.mjs';

/**
 * @typedef {import('./crash.types.ts').PageState} PageState
 * @typedef {{ url: string, prompt: string }} Draft
 * @typedef {import('generation-lifecycle').GalleryItem<Draft>} Picture
 */

const input = { prompt: 'a lighthouse', resolution: { width: 64, height: 64 } };

/** @type {string[]} */
const outcomes = [];

/** @param {string} outcome */
function report(outcome) {
  outcomes.push(outcome);
  Reflect.get(globalThis, 'reportOutcome')?.(outcome);
  mark('reported');
}

/** @param {import('generation-lifecycle').GenerationStore<Picture>} store @returns {{ generate(): void, readState(): PageState }} */
function createClientPage(store) {
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
  client.on('generation.completed', () => report('completed'));
  client.on('generation.failed', ({ failure }) => report(failure.code));
  client.on('generation.cancelled', () => report('cancelled'));
  client.subscribe(() => {});
  return {
    generate: () => void client.generate(input),
    readState() {
      const { generations, items, isReady, storageError } = client.getSnapshot();
      const isSettled = isReady && !generations.some(({ isRunning }) => isRunning);
      return { isSettled, items: items.map(({ id }) => id), outcomes, storageError };
    },
  };
}

/** What the hook returned last. @type {ReturnType<typeof useImageGenerator> | undefined} */
let shown;

function DropInPage() {
  shown = useImageGenerator({
    fetch: probedFetch,
    notify: notice => {
      if (notice.type === 'generation.completed') report('completed');
      else if (notice.type === 'generation.failed') report(notice.failure.code);
    },
  });
  return null;
}

/** @returns {{ generate(): void, readState(): PageState }} */
function createDropInPage() {
  markDropInWrites('generation_states', 'super-chatbot-generated-images');
  createRoot(document.body).render(createElement(DropInPage));
  return {
    generate: () => void shown?.generateImage(input),
    readState: () => ({
      isSettled: shown !== undefined && !shown.isGenerating,
      items: shown?.generatedImages.map(({ id }) => id) ?? [],
      outcomes,
      storageError: undefined,
    }),
  };
}

markWrites();
const pageKinds = {
  localStore: () => createClientPage(localStore({ key: 'pictures' })),
  indexedStore: () => createClientPage(indexedStore({ name: 'pictures' })),
  'drop-in': createDropInPage,
};
const pageKind = new URLSearchParams(location.search).get('pageKind');
if (pageKind !== 'localStore' && pageKind !== 'indexedStore' && pageKind !== 'drop-in')
  throw new Error(`There is no page kind ${pageKind}.`);
const { generate, readState } = pageKinds[pageKind]();

Object.assign(globalThis, {
  readState,
  generate() {
    mark('generate');
    generate();
  },
});
