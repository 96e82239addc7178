import { runway } from 'generation-lifecycle/adapters/runway';
import { type AdapterTestServer, type ServerAnswer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import { cancelled, credits, failed, pending, running, succeeded, throttled } from './tasks.js';

const task = (members: object) => () => Response.json(members);
/** Of a cancel: what a read of the task answers, and what the DELETE answers. */
const cancelling =
  (read: () => Response): ServerAnswer =>
  request =>
    request.method === 'DELETE' ? new Response(null, { status: 204 }) : read();
const refused = (status: number, body: object) => () => Response.json(body, { status });

const server: AdapterTestServer = {
  submit: {
    accepted: () => Response.json({ id: pending.id, estimatedCost: credits(25) }),
    paymentRequired: refused(400, { error: 'You do not have enough credits to run this task.' }),
    badInput: refused(400, {
      error: 'Validation of body failed',
      issues: [{ path: ['model'], message: 'Invalid input' }],
    }),
    moderated: refused(400, { error: 'The input was flagged by our content moderation system.' }),
  },
  read: {
    running: task(running),
    succeeded: task(succeeded),
    queued: task(throttled),
    paced: task(pending),
    unknownStatus: task({ ...pending, status: 'IN_REVIEW' }),
    failed: task(failed),
    moderated: task({ ...failed, failureCode: 'SAFETY.OUTPUT.VIDEO' }),
    cancelled: task(cancelled),
    expired: refused(410, { error: 'Gone' }),
  },
  cancel: {
    stopped: cancelling(task(cancelled)),
    accepted: cancelling(task(running)),
    tooLate: cancelling(task(succeeded)),
  },
};

describe('Runway', () => {
  testAdapter(({ url }) => runway({ endpoint: 'image_to_video', baseUrl: url, apiKey: 'key_the-secret' }), {
    server,
    input: { model: 'gen4.5', promptText: 'a lighthouse' },
    secrets: ['key_the-secret'],
    patienceMs: 60_000,
    it,
  });
});
