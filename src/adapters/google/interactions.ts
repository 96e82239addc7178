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
 * The adapter for background interactions of the Gemini API: pictures, films and sound. It runs on a server, in a script or in an app that only
 * you use, because it needs your key.
 *
 * - It knows the phase. Its event stream tells changes, and is resumed where it broke. Google tells no progress and no place in a queue.
 * - A cancel stops the interaction. What a stopped one costs is not said: `charged` is `maybe`.
 * - Bytes in the answer are data URLs. A file has a URL that needs your key: a server half serves it, and in a script
 *   `hiddenResults.fetch` requests it.
 * - A model that answers in words alone has refused the content: `moderated`, with its words.
 * - The outcome has the `cost` in tokens.
 * - Its webhook is verified.
 * - A limit of a minute is `busy`, with the wait that Google asks for. A quota of a day, or an account without money, is `payment-required`.
 * - Google takes no idempotency key: a submit whose answer is lost is never sent again, and ends as `interrupted` with `charged: 'maybe'`.
 *
 * @typeParam TInput the body of the interaction without its model, as you type it or as `@google/genai` does
 * @throws TypeError for an option that does not exist, and for a `model` that is none. A missing key is an error of the first submit
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
