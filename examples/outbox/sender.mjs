import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ readonly id: string, readonly body: string }} Row */

/**
 * Sends each row until the service has answered, and only then deletes it. A process that dies in between leaves the row, so it is sent once more:
 * with the same key, by which the service knows it again.
 *
 * @param {{ next(): Promise<readonly Row[]>, remove(id: string): Promise<unknown> }} outbox
 * @param {string} billingUrl
 */
export async function sendForEver(outbox, billingUrl) {
  for (;;) {
    try {
      for (const { id, body } of await outbox.next()) {
        const headers = { 'content-type': 'application/json', 'idempotency-key': id };
        const response = await fetch(billingUrl, {
          method: 'POST',
          headers,
          body,
          signal: AbortSignal.timeout(10_000),
        });
        if (response.ok) await outbox.remove(id);
        else console.error(`The bill ${id} was answered with ${response.status}. It is sent again.`);
      }
    } catch (error) {
      console.error('Bills wait in the outbox, and are sent again.', error);
    }
    await sleep(1_000);
  }
}
