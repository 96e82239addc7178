import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { jobFailed } from '../http/job-failed.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toRetryAfterMs } from '../http/retry-after.js';
import { toShownDetails } from '../http/shown-details.js';
import { statusOfPhrase, toToldError, toToldHeaders } from '../http/told-response.js';
import type { AiSdkVideoOutput } from './ai-sdk.types.js';
import { memberOf, sdkNameOf, toSdkError, wordsOf } from './sdk-error.js';
import { toVideos } from './videos.js';

type Update = JobUpdate<AiSdkVideoOutput>;
type Members = { readonly [name: string]: unknown };
type Question = {
  readonly job: JobRef;
  readonly provider: string;
  readonly context: RequestContext & { readonly secrets: string[] };
};

/** Words of the AI SDK about a request, in place of the vendor's about the job. */
const brokenRead =
  /^(?:$|Cannot connect to API\b|Failed to process \w+ response$|Invalid JSON response$|fetch failed$)/;

const stopped = /^video generation (?:was )?cancell?ed\b/i;

/**
 * What a status says of its job. One that is unknown is pending.
 *
 * @throws GenerationError for an `error` that is about the read
 */
export async function toUpdate(said: unknown, question: Question): Promise<Update> {
  const members: Members = isObject(said) ? said : {};
  const headers = toToldHeaders(memberOf(members['response'], 'headers'));
  if (members['status'] === 'completed') return toOutput(members, question);
  if (members['status'] === 'error') return toFailure(String(members['error'] ?? '').trim(), headers, question);
  return { kind: 'pending', readAfterMs: toRetryAfterMs(headers) };
}

/**
 * Some packages make an `error` of every error answer to a read, and its reason phrase is all that they say: a proxy that was down for a
 * second would end a paid job. So a phrase that is not about the input, and words about the request, are a read that has failed.
 */
function toFailure(words: string, headers: Headers, { job, context }: Question): Update {
  if (stopped.test(words)) return { kind: 'cancelled' };
  const status = statusOfPhrase(words);
  const isRefused = status === 400 || status === 422;
  // fal says by its headers that an error is the job's.
  const type = headers.get('x-fal-error-type');
  const isOfJob = isRefused || type !== null || headers.has('x-fal-retryable');
  if (!isOfJob || status === 410) {
    if (status) throw toToldError({ status, headers }, context);
    if (brokenRead.test(words))
      throw toRequestError(context, 'network', `the read broke: ${wordsOf(words, context) || 'no reason'}`);
  }
  const { secrets } = context;
  // The same input is refused again.
  return jobFailed(job, { message: words, type }, { secrets, status, retryable: isRefused ? false : undefined });
}

/**
 * What an error of a read says of its job, if it has ended it.
 *
 * @throws GenerationError if only the read has failed
 */
export function toUpdateOfError(error: unknown, job: JobRef, context: Question['context']): Update {
  // Packages throw an error of their own if a job has ended without a video.
  if (/_VIDEO_GENERATION_/.test(sdkNameOf(error))) return jobFailed(job, String(error), { secrets: context.secrets });
  const failed = toSdkError(error, context);
  if (!/expired|moderated/.test(failed.code)) throw failed;
  return { kind: 'failed', failure: failed.failure };
}

async function toOutput(said: Members, { job, provider, context }: Question): Promise<Update> {
  const { secrets } = context;
  const { videos, stored } = await toVideos(said['videos'], provider, secrets);
  if (!videos.length && !stored) return jobFailed(job, 'it made no video to show');
  const warnings = [job['warnings'], said['warnings']].flatMap(list => (Array.isArray(list) ? list : []));
  return {
    kind: 'succeeded',
    output: {
      videos,
      stored,
      warnings: toShownDetails(warnings, secrets),
      providerMetadata: toShownDetails(said['providerMetadata'], secrets),
    },
  };
}
