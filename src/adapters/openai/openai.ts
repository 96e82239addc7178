import { abortReasonOf } from '../../machines/abort.js';
import type { JobRef, JobUpdate, Submission, SubmitCall } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { assertKnownOptions } from '../../machines/options.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { QueryCursor } from '../http/query-cursor.js';
import { toRequestError } from '../http/request-error.js';
import { toRetryAfterMs } from '../http/retry-after.js';
import type { AnswerStream } from '../http/streamed-answer.js';
import { withWait } from '../http/wait.js';
import { assertPartialImages, settingNames, toConnection } from './connection.js';
import type { OpenAIAdapter, OpenAIInput, OpenAIOptions, OpenAIOutput } from './openai.types.js';
import type { Members } from './picture.js';
import { isResponse, toNews, toUpdate } from './response.js';
import { openaiWebhook } from './webhook.js';

const optionNames = Object.keys({
  ...settingNames,
  model: true,
  image: true,
  partialImages: true,
  webhookSecret: true,
} satisfies Record<keyof OpenAIOptions, true>);

/** The answer to the submit says how the job is. A read at once would say the same. */
const firstReadMs = 1_000;

/** The stream goes on after the event with this number. It has no ids of its own. */
const cursor: QueryCursor = {
  parameter: 'starting_after',
  of: ({ data }) => /"sequence_number":\s*(\d+)/.exec(data)?.[1],
};

/**
 * Adapter for images from OpenAI's Responses API: a model works in the background and calls the tool
 * `image_generation`. It needs your key, so use it on a server, in a script or in an app that only you use.
 *
 * - It reports the phase, and partial images as previews. OpenAI reports no progress and no queue position.
 * - Its event stream reports states, and resumes where it broke.
 * - If a model answers only in words, it has refused the content: the job ends as `moderated`, with the words.
 * - A cancel stops the job. OpenAI does not say whether it is charged: `charged` is `maybe`.
 * - Images are data URLs, available as long as OpenAI stores the response. `cost` is the response's tokens.
 * - OpenAI takes no idempotency key. If the answer to a submit is lost, it is never sent again and ends as
 *   `interrupted` with `charged: 'maybe'`.
 *
 * @typeParam TInput what you submit: a prompt, or members of the request's body
 * @throws TypeError for an unknown option, without a `model`, and for `partialImages` outside 0 to 3. A missing key
 *   fails the first submit
 * @see https://platform.openai.com/docs/guides/background
 * @example
 * const pictures = openai({ model: 'gpt-5.5', image: { size: '1536x1024' } });
 * const machine = createGenerationMachine(pictures);
 */
export function openai<TInput = OpenAIInput>(options: OpenAIOptions): OpenAIAdapter<TInput> {
  assertKnownOptions('openai', options, optionNames);
  const { model, image, partialImages = 2 } = options;
  assertModel(model);
  assertPartialImages('openai', partialImages);
  const { base, name, ask, askStream, events, jobFailed, check } = toConnection(options);
  const urlOf = ({ id }: JobRef, addition = '') => `${base}/responses/${encodeURIComponent(id)}${addition}`;

  const toBody = (input: TInput) => ({
    model,
    tools: [{ type: 'image_generation', ...(partialImages > 0 && { partial_images: partialImages }), ...image }],
    tool_choice: { type: 'image_generation' },
    ...(isObject(input) ? input : { input }),
    background: true,
    store: true,
    // A response that was made without a stream has none later.
    stream: true,
  });

  const told = (job: JobRef, members: Members, waitMs?: number): JobUpdate<OpenAIOutput> =>
    withWait(toUpdate(job, members, jobFailed), waitMs);

  async function toStreamedSubmission(
    stream: AnswerStream,
    { signal, idempotencyKey }: SubmitCall,
  ): Promise<Submission<OpenAIOutput>> {
    const giveUp = () => stream.close(abortReasonOf(signal));
    signal.addEventListener('abort', giveUp);
    const news = stream.events();
    try {
      for (;;) {
        const { value: event } = await news.next();
        if (!event) {
          const reason = 'the stream of its answer ended before it named the job';
          throw toRequestError({ action: 'submit', idempotencyKey }, 'invalid-response', reason);
        }
        const { response, error } = event.members;
        const id = isObject(response) ? response['id'] : undefined;
        if (isObject(response) && typeof id === 'string' && id) {
          // One whose client hangs up at the very first event may wait in the queue for ever.
          void news
            .next()
            .catch(() => undefined)
            .finally(() => stream.close());
          return { job: { id }, update: told({ id }, response, firstReadMs) };
        }
        if (event.type === 'error' || event.members['type'] === 'error') throw stream.toError(error ?? event.members);
      }
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  const toAnswered = (job: JobRef, answer: JsonAnswer) => told(job, answer.members, toRetryAfterMs(answer.headers));

  return {
    origin: name,
    stream: { tells: 'states' },
    webhook: openaiWebhook(options.webhookSecret),
    check,
    durationLabel: () => [model, image?.model, image?.size, image?.quality].filter(Boolean).join(' '),

    async submit(input, call) {
      const { signal, idempotencyKey } = call;
      const request = { url: `${base}/responses`, body: toBody(input), signal, idempotencyKey };
      const { answer, stream } = await askStream({ action: 'submit', ...request });
      if (stream) return toStreamedSubmission(stream, call);
      const job = { id: answer.idIn('id') };
      return { job, update: told(job, answer.members, toRetryAfterMs(answer.headers) ?? firstReadMs) };
    },

    async read(job, { signal }) {
      const answer = await ask({ action: 'read', job, url: urlOf(job), signal });
      if (!isResponse(job, answer.members)) throw answer.toError({ code: 'invalid-response' });
      return toAnswered(job, answer);
    },

    async *events(job, call) {
      for await (const { type, members } of events({ ...call, job, url: urlOf(job, '?stream=true'), cursor }))
        yield (await toNews(job, type, members, jobFailed)) ?? { kind: 'ignored' };
    },

    async cancel(job, { signal }) {
      const answer = await ask({ action: 'cancel', method: 'POST', job, url: urlOf(job, '/cancel'), signal });
      const update = isResponse(job, answer.members) ? toAnswered(job, answer) : undefined;
      // It is accepted, and a read shows when the job has stopped.
      return update && update.kind !== 'pending' ? update : { kind: 'changed' };
    },
  };
}

function assertModel(model: unknown): asserts model is string {
  if (typeof model === 'string' && model.trim()) return;
  throw new TypeError('openai() needs the option model: the model that calls the tool, such as gpt-5.5.');
}
