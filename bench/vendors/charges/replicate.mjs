import Replicate from 'replicate';

/** @type {import('../../charges/submit.types.js').Submit} */
const run = ({ url }) =>
  new Replicate({ auth: 'token', baseUrl: `${url}/v1` }).run('owner/model', { input: { prompt: 'a lighthouse' } });

export const submits = { replicate: run };
