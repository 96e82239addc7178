import OpenAI from 'openai';

/** @type {import('../../charges/submit.types.js').Submit} */
const generate = ({ url, timeoutMs }) =>
  new OpenAI({ apiKey: 'key', baseURL: `${url}/v1`, ...(timeoutMs && { timeout: timeoutMs }) }).images.generate({
    model: 'gpt-image-1',
    prompt: 'a lighthouse',
  });

export const submits = { openai: generate };
