import type { JobRef } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { assertKnownOptions } from '../../machines/options.js';
import { toRequestError } from '../http/request-error.js';
import type { AnswerStream } from '../http/streamed-answer.js';
import { assertPartialImages, settingNames, toConnection } from './connection.js';
import { toForm } from './image-form.js';
import type { OpenAIImage, OpenAIImagesAdapter, OpenAIImagesInput, OpenAIImagesOptions } from './openai.types.js';
import { type Members, toEarlyPicture, tokensOf, toPictureUrl, toSuccess } from './picture.js';

const optionNames = Object.keys({
  ...settingNames,
  model: true,
  partialImages: true,
} satisfies Record<keyof OpenAIImagesOptions, true>);

/** Jobs that were submitted and that nobody has begun to follow. What is older is given up: nobody will. */
const maxUnfollowed = 1_000;

/** A large picture takes minutes, and nothing is told of it meanwhile. */
const longestSilenceMs = 240_000;

/** The stream of a job, and how many pictures it is to have. */
type Held = { readonly stream: AnswerStream; readonly count: number };

/**
 * Adapter for images from OpenAI's Images API: `POST /images/generations`, and `/images/edits` for an input with an
 * `image`. Use it on a server with a store, or in a script.
 *
 * - The answer to the submit is the job. It has no id and cannot be read, resumed or cancelled. A lost stream ends as
 *   `interrupted` with `charged: 'maybe'`; a cancelled job runs on and is charged. Use `openai()` for jobs that can be
 *   found again.
 * - Partial images are previews. Images are data URLs that OpenAI does not keep; the server half keeps them.
 * - `cost` is the number of tokens that OpenAI reports.
 *
 * @typeParam TInput members of the request's body: `{ prompt, size, quality, … }`, with files as blobs or data URLs
 * @throws TypeError for an unknown option, and for `partialImages` outside 0 to 3. A missing key fails the first submit
 * @see https://platform.openai.com/docs/api-reference/images-streaming
 * @example
 * const pictures = openaiImages({ model: 'gpt-image-2' });
 * const machine = createGenerationMachine(pictures);
 */
export function openaiImages<TInput = OpenAIImagesInput>(
  options: OpenAIImagesOptions = {},
): OpenAIImagesAdapter<TInput> {
  assertKnownOptions('openaiImages', options, optionNames);
  const { model, partialImages = 2 } = options;
  assertPartialImages('openaiImages', partialImages);
  const { base, name, askStream, jobFailed, check } = toConnection(options);
  const unfollowed = new Map<string, Held>();

  function hold(job: JobRef, held: Held): void {
    unfollowed.set(job.id, held);
    const [oldest] = unfollowed.size > maxUnfollowed ? unfollowed : [];
    if (!oldest) return;
    unfollowed.delete(oldest[0]);
    oldest[1].stream.close();
  }

  return {
    origin: name,
    stream: { tells: 'states', isJob: true, idleTimeoutMs: longestSilenceMs },
    check,
    ...(model !== undefined && { durationLabel: () => model }),

    async submit(input, { signal, idempotencyKey }) {
      const given: Members = isObject(input) ? input : { prompt: input };
      const partials = partialImages > 0 && { partial_images: partialImages };
      const members = { ...(model !== undefined && { model }), ...partials, ...given, stream: true };
      const isEdit = given['image'] != null;
      const url = `${base}/images/${isEdit ? 'edits' : 'generations'}`;
      const body = isEdit ? toForm(members, idempotencyKey) : members;
      const { answer, stream } = await askStream({ action: 'submit', url, body, signal, idempotencyKey });
      const job = { id: idempotencyKey };
      if (stream) {
        hold(job, { stream, count: Number(given['n'] ?? 1) });
        return { job, update: { kind: 'pending', phase: 'running' } };
      }
      // A gateway, or a model that does not stream.
      const { data, usage, output_format } = answer.members;
      const items = (Array.isArray(data) ? data : []).filter(isObject);
      const images = items.flatMap(item => toImage({ output_format, ...item }));
      if (images.length === 0) throw answer.toError({ code: 'invalid-response', charged: 'maybe' });
      return { job, update: toSuccess({ images }, tokensOf(usage)) };
    },

    read: async () => ({ kind: 'ignored' }),

    async *events(job, { signal, onOpen, onAlive }) {
      const held = unfollowed.get(job.id);
      unfollowed.delete(job.id);
      if (!held) {
        const reason = 'its stream was the answer to its submit, and is not here';
        throw toRequestError({ action: 'follow', job }, 'not-found', reason);
      }
      onOpen();
      const images: OpenAIImage[] = [];
      let tokens = 0;
      try {
        for await (const { type, members } of held.stream.events({ signal, job, onAlive })) {
          const kind = String(members['type'] ?? type);
          const { error = kind === 'error' ? members : undefined } = members;
          if (error) {
            if (images.length === 0) yield jobFailed(job, error);
            break;
          }
          if (kind.endsWith('.completed')) {
            images.push(...toImage(members));
            tokens += tokensOf(members['usage']);
            if (images.length >= held.count) break;
          }
          const early = kind.endsWith('.partial_image')
            ? await toEarlyPicture(members['b64_json'], members)
            : undefined;
          yield early ?? { kind: 'ignored' };
        }
      } catch (broken) {
        // The pictures that are there are paid.
        if (images.length === 0 || signal.aborted) throw broken;
      }
      if (images.length > 0) yield toSuccess({ images }, tokens);
    },
  };
}

function toImage({ b64_json: data, url: given, ...members }: Members): readonly OpenAIImage[] {
  const { output_format, revised_prompt, size, quality, background } = members;
  const url = toPictureUrl(data ?? given, output_format);
  const about = { revised_prompt, size, quality, background, output_format };
  const told = Object.entries(about).filter(([, value]) => typeof value === 'string');
  return url ? [{ ...Object.fromEntries(told), url }] : [];
}
