import type { GenerationError } from '../../machines/generation/generation.errors.js';
import type { FailureCode } from '../../machines/generation/generation.port.js';
import { type RequestContext, removeSecrets, toResponseError } from '../http/request-error.js';
import { toMembers, toText } from './metadata.js';

/** The error for a response by which the backend refuses a request: an error status, or a 200 with `success: false`. */
export function toErrorResponse(json: unknown, response: Response, context: RequestContext): GenerationError {
  const body = toMembers(json);
  const requiredCredits = body.get('requiredCredits');
  const payment = typeof requiredCredits === 'number' ? { requiredCredits } : undefined;
  const reconnection = body.get('needsReconnection') === true ? { needsReconnection: true } : undefined;

  // The status decides the code. A 200 has to be judged by the body.
  let code: FailureCode | undefined;
  if (response.ok && payment) code = 'payment-required';
  else if (response.ok && reconnection) code = 'unauthorized';
  else if (response.ok) code = 'job-failed';

  // The text of a 401 or 403 may quote the credentials.
  const isAboutCredentials = response.status === 401 || response.status === 403;
  const text = isAboutCredentials ? '' : shorten(removeUrlSecrets(removeSecrets(toErrorText(body), context)));
  return toResponseError(context, response, {
    code,
    reason: text && `: ${text}`,
    details: payment ?? reconnection,
  });
}

/** The backend's own explanation. It may be in one of several members. */
function toErrorText(body: ReadonlyMap<string, unknown>): string {
  const texts = [
    toText(body.get('error')) ?? toText(body.get('message')),
    toText(body.get('details')),
    toDetailText(body.get('detail')),
  ];
  return texts.filter(Boolean).join(': ');
}

/** `detail` is a text, or the list of a 422: where each mistake is, and what is wrong there. */
function toDetailText(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return toText(detail);
  return detail.map(toMembers).map(toMistake).filter(Boolean).join(', ');
}

function toMistake(mistake: ReadonlyMap<string, unknown>): string {
  const path = [mistake.get('loc')].flat().filter(part => typeof part === 'string' || typeof part === 'number');
  return [path.join('.'), toText(mistake.get('msg'))].filter(Boolean).join(' ');
}

/** The query and the fragment of a URL, which may hold a signature. */
const urlQuery = /(:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/g;

/** The value of an `Authorization` header. */
const credential = /(bearer|basic) \S+/gi;

function removeUrlSecrets(text: string): string {
  return text.replace(urlQuery, '$1').replace(credential, '$1 …');
}

function shorten(text: string): string {
  return text.slice(0, 300).replace(/\.$/, '');
}
