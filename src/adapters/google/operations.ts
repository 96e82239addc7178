import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { JsonAnswer } from '../http/json-answer.js';
import { withWait } from '../http/wait.js';
import { connect, toFirstUpdate } from './connection.js';
import type {
  GoogleOperationInput,
  GoogleOperationJob,
  GoogleOperationsAdapter,
  GoogleOptions,
  GoogleOutput,
} from './google.types.js';
import { filmsLiveMs, toUpdate } from './operation.js';

/** How often Google's examples read an operation. */
const readPaceMs = 10_000;

/**
 * Adapter for long-running operations of the Gemini API: Veo videos. It needs your key, so use it on a server, in a
 * script or in an app that only you use.
 *
 * - It reports that the job runs, and how it ends. Google reports no phase, progress or queue position. The operation
 *   is read every 10 s.
 * - Its webhook is verified. It reports finished videos, and no failures.
 * - Google cannot cancel it: the job runs on and is charged.
 * - A video has a URL that needs your key: a server half serves it, and in a script `hiddenResults.fetch` requests it.
 *   Google keeps it for two days (`expiresAt`).
 * - If all videos were filtered, the job ends as `moderated`, with Google's reasons. If only some were, the others are
 *   the result, and `filteredReasons` says why.
 * - A per-minute limit is `busy`, with the wait that Google asks for. A daily quota, or an account without credit, is
 *   `payment-required`.
 * - Google takes no idempotency key. If the answer to a submit is lost, it is never sent again and ends as
 *   `interrupted` with `charged: 'maybe'`.
 *
 * @typeParam TInput the body of `predictLongRunning`, as you type it
 * @throws TypeError for an unknown option or an invalid `model`. A missing key fails the first submit
 * @see https://ai.google.dev/gemini-api/docs/video
 * @example
 * const veo = googleOperations({ model: 'veo-3.1-generate-001' });
 * const machine = createGenerationMachine(veo, { policy: policyFor('video') });
 * // actor.send({ type: 'GENERATE', input: { instances: [{ prompt: 'a lighthouse in fog' }], parameters: { aspectRatio: '16:9' } } });
 */
export function googleOperations<TInput = GoogleOperationInput>(
  options: GoogleOptions,
): GoogleOperationsAdapter<TInput> {
  const { exchange, model, base, members } = connect('googleOperations', options, toNamedJob);
  const { webhookUrl } = options;
  const { ask } = exchange;
  const told = (job: JobRef, answer: JsonAnswer): JobUpdate<GoogleOutput> =>
    withWait(toUpdate(job, answer, exchange, base), answer.retryAfterMs ?? readPaceMs);

  return {
    ...members,
    resultsLiveMs: filmsLiveMs,

    async submit(input, { signal, idempotencyKey, webhookUrl: own = webhookUrl }) {
      const url = `${base}/models/${model}:predictLongRunning`;
      const body = own && isObject(input) ? { ...input, webhookConfig: { uris: [own] } } : input;
      const answer = await ask({ action: 'submit', url, body, signal, idempotencyKey });
      const job: GoogleOperationJob = { id: answer.idIn('name'), submittedAt: Date.now() };
      return { job, update: toFirstUpdate(() => told(job, answer), readPaceMs) };
    },

    async read(job, { signal }) {
      const url = `${base}/${job.id.split('/').map(encodeURIComponent).join('/')}`;
      return told(job, await ask({ action: 'read', job, url, signal }));
    },
  };
}

/** A delivery names an operation, with or without its model. */
const toNamedJob = (id: string, model: string): JobRef => ({
  id: id.includes('/') ? id : `models/${model}/operations/${id}`,
});
