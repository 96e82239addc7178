import { losses } from './losses.mjs';

/**
 * One client in a process of its own: one user action for each way to lose an answer.
 *
 * @typedef {{ loss: string, told: string, ms: number }} Told what the app is told after the client has given up
 */

/** Node gives up an answer after 300 s, and clients after up to 10 minutes. The count of requests is the same. */
const answerLimitMs = 5_000;

process.once('message', async message => {
  const { file, id, url } = /** @type {{ file: string, id: string, url: string }} */ (message);
  const { limitAnswerTime } = await import(new URL('../vendors/charges/time-limit.mjs', import.meta.url).href);
  limitAnswerTime(answerLimitMs);
  const { submits } = await import(new URL(file, import.meta.url).href);
  /** @type {import('./submit.types.js').Submit} */
  const submit = submits[id];

  const told = await Promise.all(
    losses.map(async ({ name, isSilent }) => {
      const startedAt = performance.now();
      const toTold = (/** @type {string} */ text) => ({ loss: name, told: text, ms: performance.now() - startedAt });
      const timeoutMs = isSilent ? answerLimitMs : undefined;
      return submit({ url: `${url}/${id}/${name}`, timeoutMs }).then(
        () => toTold('the result'),
        error => toTold(describe(error)),
      );
    }),
  );
  process.send?.({ told }, () => process.exit());
});

/** @param {any} error */
function describe(error) {
  const { failure } = error;
  if (failure) return `${failure.code}, charged: ${failure.charged}, resumable: ${failure.resumable}`;
  return `${error?.name ?? 'Error'}: ${String(error?.message ?? error)
    .split('\n')[0]
    ?.slice(0, 120)}`;
}
