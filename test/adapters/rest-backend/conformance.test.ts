import { restBackend } from 'generation-lifecycle/adapters';
import { type AdapterTestServer, type ServerAnswer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';

const token = 'Bearer a-secret-token';

describe('a REST API that is described in one answer', () => {
  const render = (state: object, status = 200) => Response.json({ id: 'r/1', ...state }, { status });
  const files = ['https://renders.test/1.png'];
  const server: AdapterTestServer = {
    submit: {
      accepted: () => render({ status: 'waiting', place: 2 }, 201),
      repeated: () => render({ status: 'working' }),
      inProgress: () => new Response(null, { status: 409, headers: { 'retry-after': '1' } }),
      busy: () => render({ error: 'The queue is full.' }, 503),
      moderated: () => render({ error: 'The prompt was flagged.' }, 451),
    },
    read: {
      running: () => render({ status: 'working', percent: 25 }),
      queued: () => render({ status: 'waiting', place: 2 }),
      succeeded: () => render({ status: 'done', files }),
      failed: () => render({ status: 'error', reason: 'Out of memory.' }),
      moderated: () => render({ status: 'flagged', reason: 'The picture was flagged.' }),
      cancelled: () => render({ status: 'stopped' }),
      expired: () => render({ status: 'deleted' }),
      paced: () => Response.json({ id: 'r/1', status: 'working' }, { headers: { 'retry-after': '9' } }),
      unknownStatus: () => render({ status: 'upscaling' }),
    },
    events: {
      running: () => stream(event({ status: 'working' })),
      succeeded: () => stream(event({ status: 'done', files })),
      otherJob: () => stream(event({ id: 'r/2', status: 'working' })),
      garbled: () => stream(`data: oops\n\n${event({ status: 'working' })}`),
      withId: () => stream(`id: last-1\n${event({ status: 'working' })}`),
    },
    cancel: {
      stopped: () => render({ status: 'stopped' }),
      accepted: () => render({ status: 'working' }, 202),
      tooLate: () => render({ status: 'done', files }),
    },
  };
  const event = (state: object) => `data: ${JSON.stringify({ id: 'r/1', ...state })}\n\n`;
  const stream = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } });

  testAdapter(
    ({ url }) =>
      restBackend<{ prompt: string }, string>({
        baseUrl: url,
        headers: { authorization: token },
        submit: { url: '/renders', idempotencyHeader: 'Idempotency-Key' },
        read: '/renders/{id}',
        cancel: 'DELETE /renders/{id}',
        events: '/renders/{id}/events',
        status: {
          waiting: 'queued',
          working: 'running',
          done: 'succeeded',
          error: 'failed',
          flagged: 'moderated',
          stopped: 'cancelled',
          deleted: 'expired',
        },
        at: { progress: 'percent', backendPosition: 'place', output: 'files.0', error: 'reason' },
        progressMax: 100,
        idempotentSubmit: 'replays',
      }),
    { server, input: { prompt: 'a lighthouse' }, secrets: [token.slice(7)], patienceMs: 60_000, it },
  );
});

describe('a REST API whose result is a second request', () => {
  /** The job is at the URL that the submit names, and the result at another. */
  const task = (state: object) => () => Response.json({ task: { uid: 7, ...state } });
  const done: ServerAnswer = request =>
    request.url.endsWith('/output')
      ? Response.json({ uid: 'output-9', videos: ['https://films.test/7.mp4'] })
      : task({ state: 2 })();
  testAdapter(
    ({ url }) =>
      restBackend<{ prompt: string }, { videos: string[] }>({
        baseUrl: url,
        headers: () => ({ 'x-key': token }),
        submit: { url: '/films', body: { text: '{prompt}', seconds: 5 } },
        read: '{href}',
        result: '/films/{id}/output',
        cancel: '/films/{id}/cancel',
        keep: { href: answer => `/films/${(answer['task'] as { uid: number }).uid}` },
        at: { id: 'task.uid', status: 'task.state', error: 'task.why' },
        status: { 0: 'queued', 1: 'running', 2: 'succeeded', '-1': 'failed', '-2': 'cancelled' },
        charged: { failed: 'no' },
      }),
    {
      server: {
        submit: { accepted: task({ state: 0 }) },
        read: {
          running: task({ state: 1 }),
          queued: task({ state: 0 }),
          succeeded: done,
          failed: task({ state: -1, why: 'No frame was rendered.' }),
          cancelled: task({ state: -2 }),
          unknownStatus: task({ state: 3 }),
        },
        cancel: {
          stopped: task({ state: -2 }),
          accepted: () => new Response(null, { status: 204 }),
          tooLate: done,
        },
      },
      input: { prompt: 'a lighthouse' },
      secrets: [token.slice(7)],
      patienceMs: 60_000,
      it,
    },
  );
});
