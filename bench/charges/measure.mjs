import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createLossServer } from './loss-server.mjs';
import { losses } from './losses.mjs';

/** @import { Payer } from './roster.mjs' */
/** @import { Told } from './main.mjs' */

/**
 * @typedef {object} Charge what one user action sends when each answer to it is lost
 * @property {string} loss
 * @property {number} posts
 * @property {number} keys different idempotency keys
 * @property {number} jobs what a backend starts that gives the same key the same job: one for each key, and one for each POST without
 * @property {string} told
 * @property {number} ms
 */

/** @typedef {{ payer: Payer, charges: readonly Charge[] }} Bill */

/** @param {Payer} payer @param {string} url @returns {Promise<readonly Told[]>} */
async function run({ file, id }, url) {
  const child = fork(fileURLToPath(new URL('./main.mjs', import.meta.url)), [id]);
  child.send({ file, id, url });
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${id} ended with code ${code} before it had reported.`);
    }),
  ]);
  return message.told;
}

/** @param {readonly Payer[]} payers @returns {Promise<readonly Bill[]>} */
export async function measureCharges(payers) {
  const server = createLossServer();
  const url = await server.listen();
  try {
    return await Promise.all(
      payers.map(async payer => {
        const told = await run(payer, url);
        const charges = losses.map(({ name }) => {
          const { posts, keys, keyless } = server.countOf(payer.id, name);
          const { told: text = '', ms = Number.NaN } = told.find(({ loss }) => loss === name) ?? {};
          return { loss: name, posts, keys: keys.size, jobs: keyless + keys.size, told: text, ms };
        });
        return { payer, charges };
      }),
    );
  } finally {
    server.close();
  }
}
