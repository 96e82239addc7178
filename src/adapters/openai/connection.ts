import { toBaseUrl } from '../http/base-url.js';
import type { ToVerdict } from '../http/json-answer.js';
import { createExchange } from '../http/json-exchange.js';
import { limitsAreBusy } from '../http/limits-are-busy.js';
import type { OpenAISettings } from './openai.types.js';

/** A picture is a text within one event: several megabytes of it. */
const maxEventBytes = 67_108_864;

/** The settings that all adapters of OpenAI have. */
export const settingNames = {
  apiKey: true,
  dangerouslyAllowBrowser: true,
  organization: true,
  project: true,
  baseUrl: true,
  fetch: true,
} satisfies Record<keyof OpenAISettings, true>;

/** A limit of the account is load of its own, and money that is missing is none. Both are a 429. */
const toVerdict: ToVerdict = (refusal, asking) =>
  asking.action === 'submit' && refusal.status === 404
    ? { advice: 'Check the option model, and the baseUrl' }
    : limitsAreBusy(refusal, asking);

/** Where OpenAI is, and how it is asked. */
export function toConnection({
  apiKey,
  dangerouslyAllowBrowser,
  organization,
  project,
  baseUrl,
  fetch,
}: OpenAISettings) {
  const { base, origin, name } = toBaseUrl(baseUrl, 'https://api.openai.com/v1');
  const exchange = createExchange({
    apiKey: {
      vendor: 'OpenAI',
      value: apiKey,
      variable: 'OPENAI_API_KEY',
      toHeaders: key => ({
        authorization: `Bearer ${key}`,
        ...(organization && { 'openai-organization': organization }),
        ...(project && { 'openai-project': project }),
      }),
      dangerouslyAllowBrowser,
    },
    origins: [origin],
    fetch,
    maxEventBytes,
    toVerdict,
  });
  return { base, name, ...exchange };
}

/** @throws TypeError for what is no number of early pictures */
export function assertPartialImages(name: string, count: unknown): void {
  if (Number.isInteger(count) && Number(count) >= 0 && Number(count) <= 3) return;
  throw new TypeError(`The option partialImages of ${name}() has to be 0, 1, 2 or 3. It is ${String(count)}.`);
}
