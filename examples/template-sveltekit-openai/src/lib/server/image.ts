import { GenerationError } from 'generation-lifecycle';
import { openai } from 'generation-lifecycle/adapters/openai';
import { env } from '$env/dynamic/private';
import { makeDouble } from './double';

const options = { model: 'gpt-5.5', image: { size: '1024x1024', quality: 'medium' } };

/** Without a key, a double stands in for OpenAI. */
export const isDouble = !env.OPENAI_API_KEY;

export const image = {
  adapter: isDouble
    ? openai<string>({ ...options, apiKey: 'the-key-of-the-double', fetch: makeDouble().fetch })
    : openai<string>({ ...options, apiKey: env.OPENAI_API_KEY }),

  /** The wish is data from outside. What is bought for it is decided here. */
  input(wish: unknown): string {
    const prompt = typeof wish === 'object' && wish !== null && 'prompt' in wish ? wish.prompt : undefined;
    if (typeof prompt !== 'string' || prompt.trim() === '' || prompt.length > 1_000) {
      throw new GenerationError({ code: 'bad-input', message: 'The prompt is a text of 1 to 1,000 characters.' });
    }
    return prompt;
  },
};
