import { type OpenAIImagesInput, openaiImages } from 'generation-lifecycle/adapters/openai';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import { base64, problem } from './responses.js';

const said =
  (body: object, status = 200, headers: Record<string, string> = {}) =>
  () =>
    Response.json(body, { status, headers });

const completed = `data: ${JSON.stringify({ type: 'image_generation.completed', b64_json: base64 })}\n\n`;

const server: AdapterTestServer = {
  submit: {
    accepted: () => new Response(completed, { headers: { 'content-type': 'text/event-stream' } }),
    unauthorized: said(problem('invalid_api_key', 'Incorrect API key provided.'), 401),
    paymentRequired: said(problem('insufficient_quota', 'You exceeded your current quota.', 'insufficient_quota'), 429),
    badInput: said(problem('unknown_parameter', "Unknown parameter: 'sizes'."), 400),
    busy: said(problem('rate_limit_exceeded', 'Rate limit reached.', 'requests'), 429, { 'retry-after': '7' }),
    moderated: said(
      problem('moderation_blocked', 'Rejected by the safety system.', 'image_generation_user_error'),
      400,
    ),
  },
  // Nothing is read.
  read: { running: said({}), succeeded: said({}) },
};

/** Its `events` send no request, which is what the kit looks at: they are what the submit was answered with. */
function openaiImagesAlone(url: string) {
  const { events: _, ...adapter } = openaiImages<OpenAIImagesInput>({
    baseUrl: `${url}/v1`,
    apiKey: 'sk-proj-the-secret',
  });
  return adapter;
}

describe('openaiImages', () => {
  testAdapter(({ url }) => openaiImagesAlone(url), {
    server,
    input: { prompt: 'a lighthouse' },
    secrets: ['sk-proj-the-secret'],
    patienceMs: 60_000,
    it,
  });
});
