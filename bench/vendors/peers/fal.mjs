import { createFalClient } from '@fal-ai/client';

/** @import { Follow } from '../../peers/clients/client.types.js' */

/** @param {'polling' | 'streaming'} mode @returns {Follow} */
const subscribe =
  mode =>
  async ({ url, key, signal, deliver }) => {
    const client = createFalClient({
      credentials: 'key:secret',
      suppressLocalCredentialsWarning: true,
      fetch: (address, init) => fetch(String(address).replace('https://queue.fal.run', `${url}/fal/${key}`), init),
    });
    const { data } = await client.subscribe('fal-ai/model', { mode, input: { prompt: key }, abortSignal: signal });
    deliver(data.images[0].url);
  };

export const clients = { 'fal, polling': subscribe('polling'), 'fal, streaming': subscribe('streaming') };
