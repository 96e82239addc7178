import { replicate } from 'generation-lifecycle/adapters/replicate';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import {
  canceled,
  failed,
  flagged,
  notFound,
  processing,
  removed,
  starting,
  succeeded,
  throttled,
} from './predictions.js';

const json = (value: object, status = 200, headers: Record<string, string> = {}) =>
  Response.json(value, { status, headers });

const server: AdapterTestServer = {
  submit: {
    accepted: () => json(starting, 201),
    moderated: () => json({ title: 'Refused', detail: 'The prompt was flagged as sensitive.', status: 422 }, 422),
    busy: () => json({ detail: 'The service is at capacity', status: 503 }, 503),
    paymentRequired: () =>
      json(
        { title: 'Insufficient credit', detail: 'You have insufficient credit to run this model.', status: 402 },
        402,
      ),
    badInput: () =>
      json(
        {
          title: 'Input validation failed',
          detail: '- input: prompt is required\n',
          status: 422,
          invalid_fields: [{ type: 'required', field: 'input', description: 'prompt is required' }],
        },
        422,
      ),
    rateLimited: () => json(throttled, 429),
  },
  read: {
    running: () => json(processing),
    succeeded: () => json(succeeded),
    queued: () => json(starting),
    paced: () => json(processing, 200, { 'retry-after': '2' }),
    unknownStatus: () => json({ ...processing, status: 'uploading' }),
    failed: () => json(failed),
    moderated: () => json(flagged),
    cancelled: () => json(canceled),
    expired: () => json(removed),
    notFound: () => json(notFound, 404),
  },
  cancel: {
    stopped: () => json(canceled),
    accepted: () => json(processing),
    tooLate: () => json(succeeded),
  },
};

describe('replicate', () => {
  testAdapter(({ url }) => replicate({ model: 'owner/model', baseUrl: `${url}/v1`, apiKey: 'r8_the-token' }), {
    server,
    input: { prompt: 'a lighthouse' },
    secrets: ['r8_the-token'],
    patienceMs: 60_000,
    it,
  });
});
