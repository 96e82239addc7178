import { GenerationError } from 'generation-lifecycle';
import { fal } from 'generation-lifecycle/adapters/fal';
import { makeDouble } from '@/lib/double';

export type Wish = { prompt: string };
export type Picture = { images: { url: string }[] };

const model = 'fal-ai/flux/dev';

/** Without a key, a double stands in for fal. */
export const isDouble = !process.env.FAL_KEY;

export const image = {
  // Reads FAL_KEY at the first request.
  adapter: isDouble
    ? fal<Wish, Picture>({ model, apiKey: 'the-key:of-the-double', fetch: makeDouble().fetch })
    : fal<Wish, Picture>({ model }),

  /** The wish is data from outside. What is bought for it is decided here. */
  input(wish: unknown): Wish {
    const prompt = typeof wish === 'object' && wish !== null && 'prompt' in wish ? wish.prompt : undefined;
    if (typeof prompt !== 'string' || prompt.trim() === '' || prompt.length > 1_000) {
      throw new GenerationError({ code: 'bad-input', message: 'The prompt is a text of 1 to 1,000 characters.' });
    }
    return { prompt };
  },
};
