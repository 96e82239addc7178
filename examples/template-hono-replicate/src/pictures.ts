import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, localStore } from 'generation-lifecycle/adapters';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';

/** What the page sends, and what the model answers: the urls of its pictures. */
const backend = remoteBackend<{ prompt: string }, string[]>({ baseUrl: '/api/generations/image', durable: true });

export const pictures = createGenerationClient({
  name: 'pictures',
  generation: createGenerationMachine(backend, { environment: browserEnvironment() }),
  toItems: (urls, { description }) => urls.map(url => ({ url, prompt: String(description?.prompt) })),
  describe: ({ prompt }) => ({ prompt }),
  store: localStore({ key: 'pictures' }),
  locks: browserLocks(),
});

type Gallery = ReturnType<typeof pictures.getSnapshot>;
export type Generation = Gallery['generations'][number];
export type Item = Gallery['items'][number];
