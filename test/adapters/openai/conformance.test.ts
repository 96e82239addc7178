import { openai } from 'generation-lifecycle/adapters/openai';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import { cancelled, completed, event, failed, inWords, partial, problem, queued, running } from './responses.js';

const said =
  (body: object, status = 200, headers: Record<string, string> = {}) =>
  () =>
    Response.json(body, { status, headers });
const stream = (...events: readonly string[]) =>
  new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } });

const server: AdapterTestServer = {
  submit: {
    accepted: () => stream(event('response.created', 0, { response: queued }), event('response.queued', 1)),
    unauthorized: said(problem('invalid_api_key', 'Incorrect API key provided.'), 401),
    paymentRequired: said(problem('insufficient_quota', 'You exceeded your current quota.', 'insufficient_quota'), 429),
    badInput: said(problem('unknown_parameter', "Unknown parameter: 'sizes'."), 400),
    busy: said(problem('rate_limit_exceeded', 'Rate limit reached.', 'requests'), 429, { 'retry-after': '7' }),
    moderated: said(
      problem('moderation_blocked', 'Rejected by the safety system.', 'image_generation_user_error'),
      400,
    ),
  },
  read: {
    running: said(running),
    succeeded: said(completed),
    queued: said(queued),
    paced: said(running, 200, { 'retry-after': '2' }),
    unknownStatus: said({ ...running, status: 'upscaling' }),
    failed: said(failed),
    moderated: said(inWords),
    cancelled: said(cancelled),
    notFound: said(problem(null, "Response with id 'resp_1' not found."), 404),
  },
  events: {
    running: () => stream(event('response.in_progress', 2, { response: running }), partial(3, 0, 'early')),
    succeeded: () => stream(event('response.completed', 4, { response: completed })),
    otherJob: () => stream(event('response.completed', 4, { response: { ...completed, id: 'resp_other' } })),
    garbled: () => stream(`data: oops\n\n${event('response.in_progress', 2, { response: running })}`),
    noStream: said(problem(null, 'Response not found.'), 404),
  },
  cancel: {
    stopped: said(cancelled),
    accepted: said(running),
    tooLate: said(completed),
  },
};

describe('openai', () => {
  testAdapter(({ url }) => openai({ model: 'gpt-5.5', baseUrl: `${url}/v1`, apiKey: 'sk-proj-the-secret' }), {
    server,
    input: 'a lighthouse',
    secrets: ['sk-proj-the-secret'],
    patienceMs: 60_000,
    it,
  });
});
