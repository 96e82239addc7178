import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { Exchange } from '../http/json-exchange.js';
import { noResult } from '../http/no-result.js';
import type { GoogleOutput } from './google.types.js';
import { toMedium } from './medium.js';

type Members = { readonly [name: string]: unknown };

/** How long films are kept. @see https://ai.google.dev/gemini-api/docs/video */
export const filmsLiveMs = 172_800_000;

/** Of `google.rpc.Code`. */
const cancelledCode = 1;

/**
 * What an operation says of its job.
 *
 * @throws GenerationError for what is no operation, another one, or one that is done without a result: it is read again
 */
export function toUpdate(
  job: JobRef,
  answer: JsonAnswer,
  { jobFailed }: Pick<Exchange, 'jobFailed'>,
  base: string,
): JobUpdate<GoogleOutput> {
  const { name, done, error, response } = answer.members;
  const isOperation = name === undefined ? done !== undefined : name === job.id;
  if (!isOperation) throw answer.toError({ code: 'invalid-response' });
  if (done !== true) return { kind: 'pending' };
  if (isObject(error)) return error['code'] === cancelledCode ? { kind: 'cancelled' } : jobFailed(job, { error });

  const said = toMade(response);
  const media = toFilms(said, base);
  const reasons = toReasons(said);
  if (media.length > 0) {
    const { submittedAt } = job;
    return {
      kind: 'succeeded',
      // Some of several films may be missing. The others are there, and paid.
      output: { media, ...(reasons.length > 0 && { filteredReasons: reasons }) },
      ...(typeof submittedAt === 'number' && { expiresAt: submittedAt + filmsLiveMs }),
    };
  }
  if (reasons.length === 0 && !(Number(said['raiMediaFilteredCount']) > 0)) throw answer.toError(noResult);
  const isFree = /\bnot (?:be |been )?charged\b/i.test(reasons.join(' '));
  return jobFailed(job, reasons, { code: 'moderated', ...(isFree && { charged: 'no' }) });
}

function toMade(response: unknown): Members {
  const said = isObject(response) ? response : {};
  return isObject(said['generateVideoResponse']) ? said['generateVideoResponse'] : said;
}

/** The Gemini API wraps each film, and Vertex AI does not. */
function toFilms({ generatedSamples, generatedVideos, videos }: Members, base: string) {
  const samples: readonly unknown[] = [generatedSamples, generatedVideos, videos].find(Array.isArray) ?? [];
  return samples.filter(isObject).flatMap(sample => {
    const film = isObject(sample['video']) ? sample['video'] : sample;
    const data = film['encodedVideo'] ?? film['bytesBase64Encoded'];
    return toMedium('video', { data, uri: film['uri'], mimeType: film['encoding'] ?? film['mimeType'] }, base);
  });
}

const toReasons = ({ raiMediaFilteredReasons: reasons }: Members): readonly string[] =>
  Array.isArray(reasons) ? reasons.filter(reason => typeof reason === 'string') : [];
