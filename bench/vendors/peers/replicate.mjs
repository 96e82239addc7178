import Replicate from 'replicate';

/** @import { Follow } from '../../peers/clients/client.types.js' */

const version = 'a'.repeat(64);

/** @param {{ mode: 'poll' } | { mode: 'block' }} wait @returns {Follow} */
const run =
  wait =>
  async ({ url, key, signal, deliver }) => {
    const replicate = new Replicate({ auth: 'token', baseUrl: `${url}/replicate/${key}/v1`, useFileOutput: false });
    const output = await replicate.run(`owner/model:${version}`, { input: { prompt: key }, wait, signal });
    // An aborted run resolves without an output.
    if (typeof output === 'string') deliver(output);
  };

export const clients = { 'replicate, poll': run({ mode: 'poll' }), 'replicate, block': run({ mode: 'block' }) };
