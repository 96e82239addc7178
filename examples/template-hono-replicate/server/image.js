import { GenerationError } from 'generation-lifecycle';
import { replicate } from 'generation-lifecycle/adapters/replicate';
import { makeDouble } from './double.js';

const model = 'black-forest-labs/flux-schnell';

/** Without a token, a double stands in for Replicate. */
export const isDouble = !process.env.REPLICATE_API_TOKEN;

/** @type {import('generation-lifecycle/adapters/replicate').ReplicateAdapter<{ prompt: string }, string[]>} */
const adapter = isDouble
  ? replicate({ model, apiKey: 'the-token-of-the-double', fetch: makeDouble().fetch })
  : replicate({ model });

export const image = {
  // Reads REPLICATE_API_TOKEN at the first request.
  adapter,

  /** The wish is data from outside. What is bought for it is decided here. @param {unknown} wish */
  input(wish) {
    const prompt = typeof wish === 'object' && wish !== null && 'prompt' in wish ? wish.prompt : undefined;
    if (typeof prompt !== 'string' || prompt.trim() === '' || prompt.length > 1_000) {
      throw new GenerationError({ code: 'bad-input', message: 'The prompt is a text of 1 to 1,000 characters.' });
    }
    return { prompt };
  },
};
