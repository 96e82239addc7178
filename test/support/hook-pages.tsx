import { createGenerationClient, createGenerationMachine, type ResumeToken } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, fileBackend, indexedStore, localStore } from 'generation-lifecycle/adapters';
import { useGeneration, useGenerations } from 'generation-lifecycle/react';
import { useImageGenerator, useVideoGenerator } from 'generation-lifecycle/react/drop-in';

let count = 0;
/** Another backend each time, so that a drop-in makes its client in the render. */
const nextBaseUrl = () => `https://backend-${++count}.test`;

const resume: ResumeToken = {
  version: 1,
  id: 'generation-1',
  idempotencyKey: 'generation-1',
  job: { id: 'file-1', kind: 'image' },
  startedAt: 1_000,
  deadlineAt: 1_001,
  cancelRequested: false,
};

/** One page per hook, with all that it needs made by the library for a browser. */
export function hookPages() {
  const baseUrl = nextBaseUrl();
  const fetch = async () => new Response('', { status: 503 });
  const generation = createGenerationMachine(fileBackend({ kind: 'image', baseUrl, fetch }), {
    environment: browserEnvironment(),
  });
  const client = (store: 'localStore' | 'indexedStore') =>
    createGenerationClient({
      name: `pictures-${baseUrl}`,
      generation,
      toItems: ({ files }) => files.map(({ url }) => ({ url })),
      store: store === 'localStore' ? localStore({ key: baseUrl }) : indexedStore({ name: baseUrl }),
      locks: browserLocks(),
    });
  const clients = { localStore: client('localStore'), indexedStore: client('indexedStore') };
  return {
    stop: () => Object.values(clients).forEach(({ stop }) => void stop()),
    pages: {
      useGeneration: () => useGeneration(generation).status,
      'useGeneration with a token': () => useGeneration(generation, { resume }).status,
      'useGenerations with localStore': () => String(useGenerations(clients.localStore).items.length),
      'useGenerations with indexedStore': () => String(useGenerations(clients.indexedStore).items.length),
      'useGenerations with a selector': () => String(useGenerations(clients.localStore, view => view.items.length)),
      useImageGenerator: () => useImageGenerator({ baseUrl, fetch }).generationStatus.status,
      useVideoGenerator: () => useVideoGenerator({ baseUrl, fetch }).generationStatus.status,
    },
  };
}

/** The names of the pages, for `it.each`. */
export const pageNames = Object.keys(hookPages().pages) as (keyof ReturnType<typeof hookPages>['pages'])[];
