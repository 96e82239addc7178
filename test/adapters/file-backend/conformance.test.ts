import {
  type FileInputs,
  type FileKind,
  fileBackend,
  fileChannels,
  sharedEvents,
  sharedReads,
} from 'generation-lifecycle/adapters';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';

const token = 'test-token-5150';
const headers = { authorization: `Bearer ${token}` };
/** As long as a test may wait at a busy machine. */
const patienceMs = 60_000;

const file = (members: object = {}, status = 200, init: ResponseInit = {}) =>
  Response.json({ id: 'f/1', url: null, tasks: [], ...members }, { status, ...init });
const refusal = (status: number, members: object, init: ResponseInit = {}) =>
  Response.json({ success: false, ...members }, { status, ...init });
const stream = (...lines: readonly string[]) =>
  new Response(`${lines.join('\n')}\n\n`, { headers: { 'content-type': 'text/event-stream' } });
const progress = (id: string) => `data: {"type":"render_progress","object":{"file_id":"${id}","progress":40}}`;
const done = {
  url: 'https://files.test/f1.png',
  expires_at: '2030-01-01T00:00:00Z',
  cost: { amount: 2, unit: 'credits' },
};

/** Every situation that the kit knows, as this backend has it. */
const server: AdapterTestServer = {
  submit: {
    accepted: () => Response.json({ success: true, fileId: 'f/1', projectId: 7 }),
    repeated: () => Response.json({ success: true, fileId: 'f/1', projectId: 7 }),
    inProgress: () =>
      refusal(409, { error: 'A request with this key is in progress.' }, { headers: { 'retry-after': '1' } }),
    moderated: () => refusal(422, { error: { code: 'content_policy_violation', message: 'Flagged.' } }),
    busy: () => refusal(503, { error: 'The queue is full.' }, { headers: { 'retry-after': '9' } }),
    paymentRequired: () => Response.json({ success: false, requiredCredits: 4, error: 'Insufficient credits.' }),
  },
  read: {
    running: () => file({ status: 'running', progress: 40, message: 'Sampling' }),
    succeeded: () => file(done),
    queued: () => file({ status: 'queued', queue_position: 3, eta: 20 }),
    paced: () => file({ status: 'running' }, 200, { headers: { 'retry-after': '5' } }),
    unknownStatus: () => file({ status: 'upscaling' }),
    failed: () => file({ status: 'failed', error: 'Out of memory' }),
    moderated: () => file({ status: 'failed', error: { code: 'moderated', message: 'Flagged.' } }),
    cancelled: () => file({ status: 'cancelled', charged: false }),
    expired: () => refusal(410, { error: 'The file has been deleted.' }),
  },
  events: {
    running: () => stream(progress('f/1')),
    succeeded: () => stream(`data: {"type":"file","object":{"id":"f/1","url":"${done.url}"}}`),
    otherJob: () => stream(progress('f/2')),
    garbled: () => stream('data: <html>', '', progress('f/1')),
    withId: () => stream('id: last-1', progress('f/1')),
  },
  cancel: {
    stopped: () => file({ status: 'cancelled' }),
    accepted: () => file({ status: 'running' }, 202),
    tooLate: () => file(done),
  },
  find: {
    known: () => Response.json({ success: true, fileId: 'f/1' }),
    unknown: () => refusal(404, { error: 'There is no such key.' }),
  },
  cancelByKey: {
    known: () => Response.json({ success: true, fileId: 'f/1' }),
    unknown: () => new Response(null, { status: 204 }),
  },
};

const inputs: FileInputs = { image: { prompt: 'a lighthouse' }, video: { prompt: 'waves' } };

describe.each(['image', 'video'] as const satisfies readonly FileKind[])('fileBackend for a kind: %s', kind => {
  const options = { server, input: inputs[kind], secrets: [token], patienceMs, it };

  describe('with every option', () => {
    testAdapter(
      ({ url }) =>
        fileBackend({ kind, baseUrl: url, headers, canCancel: true, canFindByKey: true, idempotentSubmit: 'replays' }),
      options,
    );
  });

  describe('without options', () => {
    testAdapter(({ url }) => fileBackend({ kind, baseUrl: url, headers }), options);
  });
});

describe('fileBackend with a backend that rejects keys', () => {
  const repeated = () => refusal(409, { error: 'This idempotency key was used before.' });
  testAdapter(({ url }) => fileBackend({ kind: 'image', baseUrl: url, headers, idempotentSubmit: 'rejects' }), {
    server: { ...server, submit: { ...server.submit, repeated } },
    input: inputs.image,
    secrets: [token],
    patienceMs,
    it,
  });
});

describe('fileBackend with shared streams and reads', () => {
  const create = ({ url }: { readonly url: string }) => {
    const backend = fileBackend({ kind: 'image', baseUrl: url, headers });
    const { events } = sharedEvents(fileChannels({ baseUrl: url, headers }));
    const { read } = sharedReads({
      windowMs: 0,
      async readMany(jobs, call) {
        const updates = jobs.map(job => backend.read(job, call).catch((error: Error) => error));
        const answers = await Promise.all(updates);
        return new Map(jobs.map(({ id }, at) => [id, answers[at] ?? { kind: 'ignored' as const }]));
      },
    });
    return { ...backend, events, read };
  };
  testAdapter(create, { server, input: inputs.image, secrets: [token], patienceMs, it });
});
