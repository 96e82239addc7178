import { blackForestLabs } from 'generation-lifecycle/adapters/black-forest-labs';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import { contentModerated, failed, id, limited, notFound, pending, ready, working } from './answers.js';

const said =
  (body: object, status = 200) =>
  () =>
    Response.json(body, { status });

const server: AdapterTestServer = {
  submit: {
    accepted: request => Response.json({ id, polling_url: `${new URL(request.url).origin}/v1/get_result?id=${id}` }),
    unauthorized: said({ detail: 'Not authenticated' }, 403),
    badInput: said({ detail: [{ loc: ['body', 'prompt'], msg: 'Field required', type: 'missing' }] }, 422),
    rateLimited: said(limited, 429),
    busy: said({ error: 'service_unavailable', message: 'No capacity', retry_after: 9 }, 503),
    moderated: said({ detail: 'The request was flagged by our moderation.' }, 422),
  },
  read: {
    running: said(working),
    succeeded: said(ready),
    queued: said({ ...pending, status: 'Queued' }),
    paced: () => Response.json(pending, { headers: { 'retry-after': '9' } }),
    unknownStatus: said({ ...pending, status: 'Upscaling' }),
    failed: said(failed),
    moderated: said(contentModerated),
    expired: said({ detail: 'Gone' }, 410),
    notFound: said(notFound),
  },
};

describe('Black Forest Labs', () => {
  testAdapter(({ url }) => blackForestLabs({ model: 'flux-2-pro', baseUrl: url, apiKey: 'bfl_the-secret' }), {
    server,
    input: { prompt: 'a lighthouse' },
    secrets: ['bfl_the-secret'],
    patienceMs: 60_000,
    it,
  });
});
