import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { toBaseUrl } from '../http/base-url.js';
import { createExchange } from '../http/json-exchange.js';
import type { GoogleOptions, GoogleOutput } from './google.types.js';
import { toVerdict } from './refusal.js';
import { googleWebhook } from './webhook.js';

const optionNames = Object.keys({
  model: true,
  apiKey: true,
  dangerouslyAllowBrowser: true,
  webhookUrl: true,
  baseUrl: true,
  fetch: true,
} satisfies Record<keyof GoogleOptions, true>);

const defaultBase = 'https://generativelanguage.googleapis.com/v1beta';
/** An event may carry a picture as text. */
const maxEventBytes = 33_554_432;

/** What both adapters have: the requests, the model, and the members that are the same. */
export function connect(functionName: string, options: GoogleOptions, toJob: (id: string, model: string) => JobRef) {
  assertKnownOptions(functionName, options, optionNames);
  const model = toModel(functionName, options.model);
  const { base, origin, name } = toBaseUrl(withVersion(options.baseUrl), defaultBase);
  const exchange = createExchange({
    apiKey: {
      vendor: 'Google',
      value: options.apiKey,
      // The order of Google's own client.
      variable: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
      toHeaders: key => ({ 'x-goog-api-key': key }),
      dangerouslyAllowBrowser: options.dangerouslyAllowBrowser,
    },
    origins: [origin],
    fetch: options.fetch,
    maxEventBytes,
    toVerdict,
  });
  const members = {
    origin: name,
    webhook: googleWebhook({ origin, fetch: options.fetch, toJob: id => toJob(id, model) }),
    hiddenResults: { origins: [origin], fetch: exchange.download },
    check: exchange.check,
    durationLabel: () => model,
  };
  return { exchange, model, base, members };
}

/** What the answer to a submit says. Its job is known by then, and may be paid: what the answer does not say is read. */
export function toFirstUpdate(tell: () => JobUpdate<GoogleOutput>, readAfterMs: number): JobUpdate<GoogleOutput> {
  try {
    return tell();
  } catch (error) {
    if (isGenerationError(error)) return { kind: 'pending', readAfterMs };
    throw error;
  }
}

const withVersion = (url: string | undefined): string | undefined =>
  url === undefined || /\/v\d\w*\/*$/.test(url) ? url : `${url.replace(/\/+$/, '')}/v1beta`;

/** A path that leads elsewhere, or has a query, is no model. */
function toModel(functionName: string, model: unknown): string {
  const [, name] = (typeof model === 'string' && /^(?:models\/)?(\w[\w.-]*)$/.exec(model)) || [];
  if (name !== undefined) return name;
  throw new TypeError(
    `The option model of ${functionName}() is not the name of a model. Pass it as Google lists it: gemini-omni-1.1-flash.`,
  );
}
