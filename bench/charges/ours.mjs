import { createGenerationClient, createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { fileBackend, memoryStore } from 'generation-lifecycle/adapters';

/** @import { FileBackendOptions } from 'generation-lifecycle/adapters' */
/** @import { Submit } from './submit.types.js' */

/** @param {Partial<FileBackendOptions<'image'>>} options @param {string} url @param {number} [timeoutMs] */
const toMachine = (options, url, timeoutMs) =>
  createGenerationMachine(fileBackend({ kind: 'image', baseUrl: url, ...options }), {
    ...(timeoutMs && { policy: { submitTimeoutMs: timeoutMs } }),
  });

/** @param {Partial<FileBackendOptions<'image'>>} [options] @returns {Submit} */
const run =
  (options = {}) =>
  ({ url, timeoutMs }) =>
    runGeneration(toMachine(options, url, timeoutMs), { prompt: 'a lighthouse' });

/** @type {Submit} */
const throughClient = ({ url, timeoutMs }) => {
  const client = createGenerationClient({
    name: 'charges',
    generation: toMachine({}, url, timeoutMs),
    toItems: output => output.files.map(file => ({ url: file.url })),
    store: memoryStore(),
  });
  return client.generate({ prompt: 'a lighthouse' }).items;
};

export const submits = {
  ours: run(),
  'ours-find': run({ canFindByKey: true }),
  'ours-replays': run({ idempotentSubmit: 'replays' }),
  'ours-rejects': run({ idempotentSubmit: 'rejects' }),
  'ours-client': throughClient,
};
