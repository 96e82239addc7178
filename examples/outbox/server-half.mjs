import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer } from 'generation-lifecycle/server';
import { openPostgres } from './postgres.mjs';
import { sendForEver } from './sender.mjs';
import { openSqlite } from './sqlite.mjs';

/** @typedef {import('generation-lifecycle/server/sqlite').SqliteTransaction & import('generation-lifecycle/server/postgres').PostgresTransaction} Transaction */

/** What is billed, in the units of the vendor. @param {import('generation-lifecycle/server').Charge} charge */
const unitsOf = ({ charged, cost }) => (charged === 'yes' ? (cost?.amount ?? 1) : 0);

/**
 * @param {object} options
 * @param {string} options.databaseUrl `file:…` or `postgres://…`
 * @param {string} options.billingUrl of a service that honors idempotency keys
 * @param {string | undefined} [options.vendorUrl] of a double of fal
 * @param {number | undefined} [options.leaseMs]
 */
export async function openHalf({ databaseUrl, billingUrl, vendorUrl, leaseMs }) {
  const outbox = await (databaseUrl.startsWith('postgres') ? openPostgres : openSqlite)(databaseUrl);
  void sendForEver(outbox, billingUrl);
  return createGenerationServer({
    store: /** @type {import('generation-lifecycle/server').JobStore<Transaction>} */ (outbox.store),
    leaseMs,
    authorize: () => ({ id: 'the-only-user' }),
    backends: {
      image: {
        adapter: fal({ model: 'fal-ai/flux/dev', baseUrl: vendorUrl }),
        input: wish => ({ prompt: String(Object(wish)['prompt']) }),
      },
    },
    async onSettle(tx, settlement) {
      const { id, userId } = settlement;
      const units = unitsOf(settlement);
      if (units > 0) await outbox.write(tx, { userId, generation: id, units });
    },
    async onCorrect(tx, correction) {
      const { id, userId, before } = correction;
      const units = unitsOf(correction) - unitsOf(before);
      if (units !== 0) await outbox.write(tx, { userId, generation: id, units });
    },
  });
}
