import { comfyApi } from 'generation-lifecycle/adapters/comfyui';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import { canceled, canceling, expired, failed, flagged, problem, queued, running, succeeded } from './api-jobs.js';

const json = (value: object, status = 200, headers: Record<string, string> = {}) =>
  Response.json(value, { status, headers });
const stream = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const status = (name: string) => event('status', { status: name });

const server: AdapterTestServer = {
  submit: {
    accepted: () => json(queued, 201),
    repeated: () => json(problem('idempotency_key_reuse', 'This key was used before.'), 422),
    inProgress: () => json(problem('idempotency_conflict', 'A request with this key is in flight.'), 409),
    paymentRequired: () => json(problem('insufficient_credits', 'Not enough credits.'), 402),
    badInput: () => json(problem('invalid_workflow', "Node 12 (KSampler): input 'model' is not connected"), 422),
    busy: () => json(problem('queue_full', 'The queue is full.'), 429, { 'retry-after': '7' }),
    moderated: () => json(problem('content_moderated', 'The content was refused by moderation.'), 422),
  },
  read: {
    running: () => json(running),
    succeeded: () => json(succeeded),
    queued: () => json(queued),
    paced: () => json(running, 200, { 'retry-after': '2' }),
    unknownStatus: () => json({ ...running, status: 'archiving' }),
    failed: () => json(failed),
    moderated: () => json(flagged),
    cancelled: () => json(canceled),
    expired: () => json(expired),
    notFound: () => json(problem('job_not_found', 'No such job.'), 404),
  },
  events: {
    running: () => stream(status('running') + event('progress', running.progress)),
    // The end is told without the results: they are read.
    succeeded: request => (request.url.endsWith('/events') ? stream(status('succeeded')) : json(succeeded)),
    otherJob: () => stream(event('output', { job_id: 'another', type: 'image', url: '/a.png' })),
    garbled: () => stream(`event: status\ndata: oops\n\n${status('running')}`),
    noStream: () => json(problem('not_implemented', 'No streams here.'), 501),
  },
  cancel: {
    stopped: () => json(canceled),
    accepted: () => json(canceling),
    tooLate: () => json(succeeded),
  },
};

describe('comfyApi', () => {
  testAdapter(({ url }) => comfyApi({ baseUrl: url, apiKey: 'comfyui-the-key' }), {
    server,
    input: { '9': { class_type: 'SaveImage', inputs: {} } },
    secrets: ['comfyui-the-key'],
    patienceMs: 60_000,
    it,
  });
});
