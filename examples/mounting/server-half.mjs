import { GenerationError } from 'generation-lifecycle';
import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { falDouble } from 'generation-lifecycle/testing/vendors';

/** @typedef {{ prompt: string }} Wish */
/** @typedef {{ images: { url: string }[] }} Picture */

// In your server: no `fetch`, your key in FAL_KEY, `sqliteJobs()` instead of `memoryJobs()`, and an `authorize` that knows your users.
const double = falDouble();

/** @type {import('generation-lifecycle/adapters/fal').FalAdapter<Wish, Picture>} */
const flux = fal({ model: 'fal-ai/flux/dev', apiKey: 'id:the-key-of-the-double', fetch: double.fetch });

export const server = createGenerationServer({
  store: memoryJobs(),
  authorize: () => ({ id: 'the-only-user' }),
  backends: {
    image: {
      adapter: flux,
      input(wish) {
        const prompt = typeof wish === 'object' && wish !== null && 'prompt' in wish ? wish.prompt : undefined;
        if (typeof prompt === 'string') return { prompt };
        throw new GenerationError({ code: 'bad-input', message: 'The prompt is a text.' });
      },
    },
  },
});
