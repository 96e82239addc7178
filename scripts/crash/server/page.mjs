import { createGenerationMachine, toResumeToken } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createActor } from 'xstate';

/**
 * @typedef {import('generation-lifecycle').ResumeToken} ResumeToken
 * @typedef {{ readonly prompt: string }} Wish
 * @typedef {{ readonly images: readonly { readonly url: string }[] }} Picture
 */

const policy = {
  pollDelayMs: [100],
  minReadGapMs: 50,
  submitRetryDelaysMs: [200],
  reopenDelaysMs: [200],
  readTimeoutMs: 10_000,
};
const lookAgainMs = 500;

/**
 * A page with one wish, in this process, with the library as it is in a browser: it stores its token, is reloaded at some times, and its user asks
 * again where that costs nothing.
 *
 * @param {object} options
 * @param {string} options.key of the wish, and its prompt
 * @param {string} options.url the origin of its server
 * @param {readonly number[]} options.reloadsAt ms after the start of the page, or after its last reload
 * @param {() => Promise<boolean>} options.isHopeless whether it makes no sense any more that the user asks again
 */
export function openPage({ key, url, reloadsAt, isHopeless }) {
  const user = `user of ${key.at(-1)}`;
  const prompt = key;
  const adapter = () =>
    /** @type {typeof remoteBackend<Wish, Picture>} */ (remoteBackend)({
      baseUrl: `${url}/api/generations/image`,
      durable: true,
      headers: { authorization: user },
    });

  /** @type {ResumeToken | undefined} */
  let stored;
  let id = key;
  const seen = { reloads: 0, retries: 0, wasMaybe: false };

  /** One life of the page. @param {number | undefined} reloadMs @returns {Promise<ReturnType<typeof outcomeOf> | undefined>} */
  const live = reloadMs =>
    new Promise((resolve, reject) => {
      const actor = createActor(createGenerationMachine(adapter(), { policy }), { input: { id, resume: stored } });
      actor.subscribe({
        next: snapshot => {
          stored = JSON.parse(JSON.stringify(toResumeToken(snapshot)));
          if (snapshot.status === 'done') end(outcomeOf(snapshot.output));
        },
        error: reject,
      });
      const timer = reloadMs === undefined ? undefined : setTimeout(() => end(undefined), reloadMs);
      /** @param {ReturnType<typeof outcomeOf> | undefined} outcome */
      const end = outcome => {
        clearTimeout(timer);
        actor.stop();
        resolve(outcome);
      };
      actor.start();
      // Its form still has the wish.
      if (!stored?.job) actor.send({ type: 'GENERATE', input: { prompt } });
    });

  const run = async () => {
    const reloads = [...reloadsAt];
    for (;;) {
      const outcome = await live(reloads.shift());
      if (!outcome) {
        seen.reloads += 1;
        continue;
      }
      if (outcome.result === 'picture' || outcome.result === 'wrong') return outcome;
      seen.wasMaybe ||= outcome.result === 'maybe' && outcome.isTold;
      if (await isHopeless()) return outcome;
      if (outcome.result === 'not charged') {
        seen.retries += 1;
        id = `${key}-again-${seen.retries}`;
        stored = undefined;
      }
      await new Promise(resolve => setTimeout(resolve, lookAgainMs));
    }
  };

  return { key, seen, ended: run() };
}

/** @param {import('generation-lifecycle').GenerationResult<Picture>} output */
function outcomeOf(output) {
  if (output.status === 'completed')
    return { result: /** @type {const} */ ('picture'), isTold: true, words: output.output.images[0]?.url };
  if (output.status === 'cancelled')
    return { result: /** @type {const} */ ('wrong'), isTold: true, words: 'cancelled' };
  const { charged, message } = output.failure;
  const result = /** @type {const} */ ({ no: 'not charged', maybe: 'maybe', yes: 'wrong' })[charged];
  // Without a job it is what the page says of a connection that broke.
  return { result, isTold: output.job !== undefined, words: message };
}
