import { fal } from 'generation-lifecycle/adapters/fal';
import { type AdapterTestServer, type ServerAnswer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';

const id = '4b7e-1';
const isOfResult = (request: Request) => new URL(request.url).pathname.endsWith(`/requests/${id}`);

/** Shapes from the documentation of fal's queue and from fal_client's tests, with values of ours. */
const status = (members: object, code = 202) => Response.json({ request_id: id, ...members }, { status: code });
const completed = (members: object = {}) => status({ status: 'COMPLETED', logs: [], metrics: {}, ...members }, 200);
const output = { images: [{ url: 'https://v3.fal.media/files/a.png', width: 8, height: 8 }], seed: 1 };
/** The status is COMPLETED, and this is the answer to the request for the result. */
const result =
  (answer: () => Response): ServerAnswer =>
  request =>
    isOfResult(request) ? answer() : completed();
const flagged = () =>
  Response.json(
    {
      detail: [{ loc: ['body', 'prompt'], msg: 'Flagged.', type: 'content_policy_violation', categories: ['sexual'] }],
    },
    { status: 422 },
  );
const events = (...states: readonly object[]) => {
  const text = states.map(state => `data: ${JSON.stringify({ request_id: id, ...state })}\n\n`).join('');
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } });
};
const running = { status: 'IN_PROGRESS', logs: [{ message: ' 46%|████      | 13/28', level: 'STDERR' }] };

const server: AdapterTestServer = {
  submit: {
    accepted: () => Response.json({ status: 'IN_QUEUE', request_id: id, queue_position: 2 }),
    moderated: flagged,
    busy: () => Response.json({ detail: 'The queue is full' }, { status: 503 }),
    paymentRequired: () =>
      Response.json({ detail: 'User is locked. Reason: Exhausted balance. Top up your balance.' }, { status: 403 }),
  },
  read: {
    running: () => status(running),
    succeeded: result(() => Response.json(output)),
    queued: () => status({ status: 'IN_QUEUE', queue_position: 2 }),
    paced: () =>
      Response.json({ request_id: id, status: 'IN_PROGRESS' }, { status: 202, headers: { 'retry-after': '9' } }),
    unknownStatus: () => status({ status: 'IN_REVIEW' }),
    failed: () => completed({ error: 'Runner disconnected', error_type: 'runner_disconnected' }),
    moderated: result(flagged),
    cancelled: () => completed({ error: 'Request was cancelled', error_type: 'request_cancelled' }),
    expired: result(() => Response.json({ detail: 'Gone' }, { status: 410 })),
  },
  events: {
    running: () => events(running),
    succeeded: request => (isOfResult(request) ? Response.json(output) : events({ status: 'COMPLETED' })),
    otherJob: () => events({ ...running, request_id: 'another' }),
    garbled: () =>
      new Response(`data: oops\n\ndata: ${JSON.stringify(running)}\n\n`, {
        headers: { 'content-type': 'text/event-stream' },
      }),
    withId: () =>
      new Response(`id: last-1\ndata: ${JSON.stringify(running)}\n\n`, {
        headers: { 'content-type': 'text/event-stream' },
      }),
  },
  cancel: {
    stopped: () => Response.json({ status: 'OK' }),
    accepted: () => Response.json({ status: 'CANCELLATION_REQUESTED' }, { status: 202 }),
    tooLate: () => Response.json({ status: 'ALREADY_COMPLETED' }, { status: 400 }),
  },
};

describe('fal', () => {
  testAdapter(({ url }) => fal({ model: 'fal-ai/flux/dev', baseUrl: url, apiKey: 'the-key-id:the-key-secret' }), {
    server,
    input: { prompt: 'a lighthouse' },
    secrets: ['the-key-id', 'the-key-secret'],
    patienceMs: 60_000,
    it,
  });
});
