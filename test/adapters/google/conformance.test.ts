import { googleInteractions, googleOperations } from 'generation-lifecycle/adapters/google';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import {
  badInput,
  badKey,
  cancelled,
  completed,
  crashed,
  failed,
  filtered,
  flagged,
  flaggedPrompt,
  id,
  interaction,
  limits,
  operation,
  overloaded,
  problem,
  shot,
} from './answers.js';

const says =
  (value: object, status = 200) =>
  () =>
    Response.json(value, { status });
const stream = (text: string) => () => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const running = { event_type: 'interaction.status_update', event_id: 'e-1', interaction_id: id, status: 'in_progress' };

const refusals = {
  unauthorized: says(badKey, 400),
  paymentRequired: says(limits.ofDay, 429),
  badInput: says(badInput, 400),
  busy: says(overloaded, 503),
  moderated: says(flaggedPrompt, 400),
};
const notFound = says(problem(404, 'NOT_FOUND', 'Requested entity was not found.'), 404);

const interactions: AdapterTestServer = {
  submit: { accepted: says(interaction), ...refusals },
  read: {
    running: says(interaction),
    succeeded: says(completed),
    queued: says({ ...interaction, status: 'queued' }),
    unknownStatus: says({ ...interaction, status: 'rehearsing' }),
    failed: says(failed),
    moderated: says(flagged),
    cancelled: says(cancelled),
    notFound,
    unauthorized: says(badKey, 400),
  },
  events: {
    running: stream(event(running)),
    succeeded: stream(event({ event_type: 'interaction.completed', interaction: { id, status: 'completed' } })),
    otherJob: stream(event({ ...running, interaction_id: 'another' })),
    garbled: stream(`data: [DON\n\n${event(running)}`),
    withId: stream(event({ ...running, event_id: 'last-1' })),
  },
  cancel: { stopped: says(cancelled), accepted: says(interaction), tooLate: says(completed) },
};

const operations: AdapterTestServer = {
  submit: { accepted: says(operation), ...refusals },
  read: {
    running: says(operation),
    succeeded: says(shot),
    failed: says(crashed),
    moderated: says(filtered),
    cancelled: says({ ...operation, done: true, error: { code: 1, message: 'Cancelled' } }),
    notFound,
    unauthorized: says(badKey, 400),
  },
};

const key = 'AIza-the-secret-key';
const options = { secrets: [key], patienceMs: 60_000, it };

describe('googleInteractions', () => {
  testAdapter(({ url }) => googleInteractions({ model: 'gemini-omni-1.1-flash', baseUrl: url, apiKey: key }), {
    server: interactions,
    input: { input: 'a lighthouse' },
    ...options,
  });
});

describe('googleOperations', () => {
  testAdapter(({ url }) => googleOperations({ model: 'veo-3.1-generate-001', baseUrl: url, apiKey: key }), {
    server: operations,
    input: { instances: [{ prompt: 'a lighthouse' }] },
    ...options,
  });
});
