import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, localStore } from 'generation-lifecycle/adapters';
import type { OpenAIOutput } from 'generation-lifecycle/adapters/openai';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';

const backend = remoteBackend<{ prompt: string }, OpenAIOutput>({ baseUrl: '/api/generations/image', durable: true });

export const pictures = createGenerationClient({
  name: 'pictures',
  generation: createGenerationMachine(backend, { environment: browserEnvironment() }),
  toItems: ({ images }, { description }) => images.map(({ url }) => ({ url, prompt: String(description?.prompt) })),
  describe: ({ prompt }) => ({ prompt }),
  store: localStore({ key: 'pictures' }),
  locks: browserLocks(),
});
