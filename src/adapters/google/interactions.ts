import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { parseJson } from '../http/exchange.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { QueryCursor } from '../http/query-cursor.js';
import { withWait } from '../http/wait.js';
import { connect, toFirstUpdate } from './connection.js';
import type { GoogleInteractionInput, GoogleInteractionsAdapter, GoogleOptions, GoogleOutput } from './google.types.js';
import { toNews, toUpdate } from './interaction.js';

/** The answer to the submit says how the job is. A read at once would say the same. */
const firstReadMs = 1_000;

/** The stream goes on after the last event that was heard. Its ids are in the data. */
const cursor: QueryCursor = {
  parameter: 'last_event_id',
  of({ data }) {
    const said = parseJson(data);
    const id = isObject(said) ? said['event_id'] : undefined;
    return typeof id === 'string' && id ? id : undefined;
  },
};

/**
 * Adapter for background interactions of the Gemini API: images, video and sound. It needs your key, so use it on a
 * server, in a script or in an app that only you use.
 *
 * - It reports the phase. Its event stream reports changes and resumes where it broke. Google reports no progress and
 *   no queue position.
 * - A cancel stops the interaction. Google does not say what a stopped one costs: `charged` is `maybe`.
 * - Bytes in the answer become data URLs. A file has a URL that needs your key: a server half serves it, and in a
 *   script `hiddenResults.fetch` requests it.
 * - If a model answers only in words, it has refused the content: the job ends as `moderated`, with its words.
 * - The outcome has the `cost` in tokens.
 * - Its webhook is verified.
 * - A per-minute limit is `busy`, with the wait that Google asks for. A daily quota, or an account without credit, is
 *   `payment-required`.
 * - Google takes no idempotency key. If the answer to a submit is lost, it is never sent again and ends as
 *   `interrupted` with `charged: 'maybe'`.
 *
 * @typeParam TInput the body of the interaction without its model, as you type it or as `@google/genai` does
 * @throws TypeError for an unknown option or an invalid `model`. A missing key fails the first submit
 * @see https://ai.google.dev/gemini-api/docs/interactions
 * @example
 * const omni = googleInteractions({ model: 'gemini-omni-1.1-flash' });
 * const machine = createGenerationMachine(omni, { policy: policyFor('video') });
 * // actor.send({ type: 'GENERATE', input: { input: 'a lighthouse in fog', response_format: { type: 'video', delivery: 'uri' } } });
 */
export function googleInteractions<TInput = GoogleInteractionInput>(
  options: GoogleOptions,
): GoogleInteractionsAdapter<TInput> {
  const { exchange, model, base, members } = connect('googleInteractions', options, id => ({ id }));
  const { webhookUrl } = options;
  const { ask, events } = exchange;
  const urlOf = ({ id }: JobRef, rest = '') => `${base}/interactions/${encodeURIComponent(id)}${rest}`;
  const told = (job: JobRef, answer: JsonAnswer, readAfterMs?: number): JobUpdate<GoogleOutput> =>
    withWait(toUpdate(job, answer, exchange, base), answer.retryAfterMs ?? readAfterMs);

  return {
    ...members,
    stream: { tells: 'changes' },

    async submit(input, { signal, idempotencyKey, webhookUrl: own = webhookUrl }) {
      const given = isObject(input) ? input : { input };
      // The answer to a streamed or a synchronous interaction comes with its end. If it is lost, so is a paid job.
      const webhook = own && { webhook_config: { uris: [own] } };
      const body = { ...given, model, background: true, stream: undefined, ...webhook };
      const answer = await ask({ action: 'submit', url: `${base}/interactions`, body, signal, idempotencyKey });
      const job = { id: answer.idIn('id') };
      return { job, update: toFirstUpdate(() => told(job, answer, firstReadMs), firstReadMs) };
    },

    read: async (job, { signal }) => told(job, await ask({ action: 'read', job, url: urlOf(job), signal })),

    async *events(job, call) {
      const url = urlOf(job, '?stream=true');
      for await (const { members: said } of events({ ...call, job, url, cursor })) yield toNews(job, said);
    },

    async cancel(job, { signal }) {
      const answer = await ask({ action: 'cancel', method: 'POST', job, url: urlOf(job, '/cancel'), signal });
      const update = typeof answer.members['status'] === 'string' ? told(job, answer) : undefined;
      // It is accepted, and a read shows when the job has stopped.
      return update && update.kind !== 'pending' ? update : { kind: 'changed' };
    },
  };
}
