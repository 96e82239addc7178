import { fetchServerSentEvents, VideoGenerationClient } from '@tanstack/ai-client';

/** @type {import('../../peers/clients/client.types.js').Follow} */
const generate = async ({ url, key, signal, deliver }) => {
  const client = new VideoGenerationClient({
    connection: fetchServerSentEvents(`${url}/tanstack/${key}/generate`),
    onResult: result => {
      deliver(result.url);
    },
  });
  signal.addEventListener('abort', () => client.stop());
  await client.generate({ prompt: key });
};

export const clients = { 'tanstack ai-client': generate };
