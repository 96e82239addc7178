import type { JobRef, JsonValue } from '../../machines/generation/generation.port.js';
import { isJson } from '../../machines/json.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toAbsoluteUrl } from '../http/result-url.js';
import { toShownDetails } from '../http/shown-details.js';
import { cutText } from '../http/shown-text.js';
import { leadsElsewhere, textsIn } from '../http/trusted-url.js';
import type { AiSdkVideoJob } from './ai-sdk.types.js';

/** In characters of JSON. It is stored with each generation, and travels with it. */
const maxLength = 16_000;
const maxIdBytes = 200;

/** Its first text names an operation; of a URL, the last part of the path. */
function toId(operation: JsonValue): string {
  const first = textsIn(operation).find(text => text.trim()) ?? '';
  const url = toAbsoluteUrl(first, undefined);
  const last = url && new URL(url).pathname.split('/').filter(Boolean).pop();
  return cutText(last || first, maxIdBytes);
}

type Started = { readonly operation: unknown; readonly warnings?: unknown };

/**
 * The job of an operation. Its warnings are told once, when it starts, and belong to its output.
 *
 * @throws GenerationError for an operation that is no JSON, is too long, or says nothing
 */
export function toJob({ operation, warnings }: Started, context: RequestContext): AiSdkVideoJob {
  const isUsable = isJson(operation) && JSON.stringify(operation).length <= maxLength;
  const id = isUsable && toId(operation);
  if (!id) {
    throw toRequestError(context, 'invalid-response', 'the operation of the model is empty, too long or no JSON');
  }
  return { id, operation, warnings: toShownDetails(warnings, context.secrets) };
}

/**
 * The operation of a stored job, as JSON of its own. The job comes back from a page.
 *
 * @param origins where its URLs may lead; `undefined` if the package follows none
 * @throws GenerationError for a job without one, and for URLs to elsewhere, before anything is sent
 */
export function toOperation(job: JobRef, origins: readonly string[] | undefined, context: RequestContext): JsonValue {
  const text = JSON.stringify(job['operation']) ?? '';
  const operation: JsonValue | undefined = text && text.length <= maxLength ? JSON.parse(text) : undefined;
  if (operation !== undefined && !(origins && leadsElsewhere(operation, origins))) return operation;
  throw toRequestError(context, 'bad-input', 'its operation is missing, or leads to another place than the backend', {
    advice: 'Nothing was sent. If the vendor gave its URL, add the origin to the option origins, and resume the job',
  });
}
