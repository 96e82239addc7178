import { comfyui } from 'generation-lifecycle/adapters/comfyui';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import {
  accepted,
  archived,
  failed,
  flagged,
  interrupted,
  nothing,
  queued,
  refused,
  running,
  succeeded,
  workflow,
} from './prompts.js';

const json = (value: object, status = 200, headers: Record<string, string> = {}) =>
  Response.json(value, { status, headers });
/** A job that is over is in the history, and not in the queue. */
const over = (history: object) => (request: Request) =>
  request.method === 'POST' ? new Response(null) : json(request.url.includes('/history') ? history : nothing);
/** A job that is stopped when ComfyUI is asked to: what was asked before is another answer. */
const commanded = (before: object, after: (request: Request) => Response) => {
  let isCommanded = false;
  return (request: Request) => {
    if (request.method !== 'POST') return isCommanded ? after(request) : json(before);
    isCommanded = true;
    return new Response(null);
  };
};

const server: AdapterTestServer = {
  submit: {
    accepted: () => json(accepted),
    inProgress: () => json({ error: 'A request with this key is in progress.' }, 409),
    paymentRequired: () => json({ error: 'The plan of this proxy has ended.' }, 402),
    badInput: () => json(refused, 400),
    busy: () => json({ error: 'The queue is full.' }, 429, { 'retry-after': '7' }),
    moderated: () =>
      json({ error: { type: 'content_moderated', message: 'The content was refused by moderation.' } }, 400),
  },
  read: {
    running: () => json(running),
    succeeded: over(succeeded),
    queued: () => json(queued),
    unknownStatus: over(archived),
    failed: over(failed),
    moderated: over(flagged),
    cancelled: over(interrupted),
    notFound: over({}),
  },
  cancel: {
    stopped: commanded(queued, over({})),
    accepted: () => json(running),
    tooLate: over(succeeded),
  },
  // The mark of a submit is the key of the kit.
  find: { known: over(JSON.parse(JSON.stringify(succeeded).replace('k-1', 'conformance-key-1'))), unknown: over({}) },
};

describe('comfyui', () => {
  testAdapter(
    ({ url }) => {
      // The kit's server speaks no WebSocket: comfyui-socket.test.ts tests that part.
      const { events, ...adapter } = comfyui({ baseUrl: url, headers: { authorization: 'Bearer comfyui-the-key' } });
      return adapter;
    },
    { server, input: workflow, secrets: ['comfyui-the-key'], patienceMs: 60_000, it },
  );
});
