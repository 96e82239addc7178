import { gradio } from 'generation-lifecycle/adapters/gradio';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import { completed, config, eventId, message, picture } from './app.js';

const json = (value: object, status = 200) => Response.json(value, { status });
const stream = (...messages: readonly string[]) =>
  new Response(messages.join(''), { headers: { 'content-type': 'text/event-stream' } });
const progress = message('progress', { progress_data: [{ index: 3, length: 12, unit: 'steps', desc: 'Denoising' }] });

const server: AdapterTestServer = {
  submit: {
    accepted: () => json({ event_id: eventId }),
    badInput: () => json({ detail: [{ loc: ['body', 'data'], msg: 'Input should be a valid list' }] }, 422),
    busy: () => json({ detail: 'Queue is full. Max size is 20 and size is 20.' }, 503),
    moderated: () => json({ detail: 'The prompt was flagged by the safety checker.' }, 422),
  },
  // Nothing is read.
  read: { running: () => json({}), succeeded: () => json({}) },
  events: {
    running: () => stream(message('process_starts', { eta: 4 }), progress),
    succeeded: () => stream(completed([picture])),
    otherJob: () => stream(completed([picture]).replace(eventId, 'another')),
    garbled: () => stream('data: oops\n\n', progress),
    noStream: () => json({ detail: 'Not Found' }, 404),
    silent: () => stream(': ping\n\n', 'data: {"msg":"heartbeat"}\n\n'),
  },
  cancel: {
    stopped: () => json({ success: true }),
  },
};

/** The app says what it has before each submit, which is no submit. */
const withConfig = (url: string, init: RequestInit) =>
  url.endsWith('/config') ? Promise.resolve(json(config)) : fetch(url, init);

describe('gradio', () => {
  testAdapter(({ url }) => gradio({ app: url, endpoint: '/generate', token: 'hf_the-token', fetch: withConfig }), {
    server,
    input: ['a lighthouse', 4],
    secrets: ['hf_the-token'],
    patienceMs: 60_000,
    it,
  });
});
