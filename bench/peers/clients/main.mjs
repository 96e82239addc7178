import { now } from '../server/now.mjs';

/**
 * One client in a process of its own: starts the jobs that its parent names, and reports what reached the app and when.
 *
 * @typedef {{ key: string, classMs: number, startAfterMs: number, abortsAfterMs?: number | undefined, giveUpAfterMs: number }} Start
 * @typedef {{ key: string, deliveries: { url: string, at: number }[], error?: string, endedAt?: number, abortedAt?: number }} Followed
 */

const sleep = (/** @type {number} */ ms) => new Promise(resolve => setTimeout(resolve, ms));

// What a client throws where nobody can catch it says something about the client, and must not end the others' jobs.
process.on('uncaughtException', error => process.send?.({ uncaught: String(error) }));
process.on('unhandledRejection', error => process.send?.({ uncaught: String(error) }));
process.on('disconnect', () => process.exit());

process.once('message', async message => {
  const { file, name, url, starts } = /** @type {{ file: string, name: string, url: string, starts: Start[] }} */ (
    message
  );
  const { clients } = await import(new URL(file, import.meta.url).href).catch(error => {
    process.send?.({ broken: String(error) });
    throw error;
  });
  /** @type {import('./client.types.js').Follow} */
  const follow = clients[name];

  /** @param {Start} start @returns {Promise<Followed>} */
  async function run({ key, classMs, startAfterMs, abortsAfterMs, giveUpAfterMs }) {
    await sleep(startAfterMs);
    /** @type {Followed} */
    const followed = { key, deliveries: [] };
    const user = new AbortController();
    /** @type {() => void} */
    let onEnd = () => {};
    const ended = new Promise(resolve => {
      onEnd = () => resolve(undefined);
    });
    const deliver = (/** @type {string} */ delivery) => {
      followed.deliveries.push({ url: delivery, at: now() });
      onEnd();
    };
    follow({ url, key, classMs, signal: user.signal, deliver }).then(
      () => {
        followed.endedAt = now();
      },
      error => {
        followed.error = String(error).slice(0, 200);
        onEnd();
      },
    );
    if (abortsAfterMs === undefined) await Promise.race([ended, sleep(giveUpAfterMs)]);
    else {
      await sleep(abortsAfterMs);
      followed.abortedAt = now();
      user.abort();
      await sleep(giveUpAfterMs);
    }
    return followed;
  }

  const followed = await Promise.all(starts.map(run));
  process.send?.({ followed });
  // What comes after the end is still written into these.
  process.once('message', () => process.send?.({ followed, cpuMs: toMs(process.cpuUsage()) }));
});

/** @param {NodeJS.CpuUsage} usage */
const toMs = ({ user, system }) => Math.round((user + system) / 1_000);
