import { createFalClient } from '@fal-ai/client';

/** @type {import('../../charges/submit.types.js').Submit} */
const subscribe = ({ url }) =>
  createFalClient({
    credentials: 'key:secret',
    suppressLocalCredentialsWarning: true,
    fetch: (address, init) => fetch(String(address).replace('https://queue.fal.run', url), init),
  }).subscribe('fal-ai/model', { input: { prompt: 'a lighthouse' } });

export const submits = { fal: subscribe };
