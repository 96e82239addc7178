import { createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { type GoogleOutput, googleInteractions, googleOperations } from 'generation-lifecycle/adapters/google';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer } from 'generation-lifecycle/server';
import { googleInteractionsDouble, googleOperationsDouble } from 'generation-lifecycle/testing/vendors';
import { expect, it } from 'vitest';
import { base, origin, secret, userOf } from '../../support/server-half.js';

const apiKey = 'AIza-key-of-the-server';
const policy = { pollDelayMs: [10], minReadGapMs: 10 };
const bytes = { type: 'image', mime_type: 'image/png', data: btoa('a picture') };

it.each([
  [
    'the film of an interaction',
    googleInteractions<unknown>({
      model: 'gemini-omni-1.1-flash',
      apiKey,
      fetch: googleInteractionsDouble({ scenario: { queuedMs: 0, runningMs: 0 }, key: apiKey }).fetch,
    }),
    ['video/mp4', '\0\0\0\x18ftypmp42'],
  ],
  [
    'the picture within an interaction',
    googleInteractions<unknown>({
      model: 'gemini-omni-1.1-flash',
      apiKey,
      fetch: googleInteractionsDouble({ scenario: { queuedMs: 0, runningMs: 0, output: [bytes] }, key: apiKey }).fetch,
    }),
    ['image/png', 'a picture'],
  ],
  [
    'the film of an operation',
    {
      ...googleOperations<unknown>({
        model: 'veo-3.1-generate-001',
        apiKey,
        fetch: googleOperationsDouble({ scenario: { queuedMs: 0, runningMs: 0 }, key: apiKey }).fetch,
      }),
    },
    ['video/mp4', '\0\0\0\x18ftypmp42'],
  ],
] as const)('a page gets %s from the server half, without the key', async (_, adapter, content) => {
  // Google's pace is 10 s, which this test does not wait for.
  const brisk = {
    ...adapter,
    submit: async (...call: Parameters<typeof adapter.submit>) => ({ job: (await adapter.submit(...call)).job }),
  };
  const { handle } = createGenerationServer({
    secrets: secret,
    authorize: userOf,
    log: () => undefined,
    backends: { film: { adapter: brisk, input: (wish: unknown) => wish, policy } },
  });
  const load = (url: string, init?: RequestInit) => handle(new Request(new URL(url, origin), init));
  const page = remoteBackend<unknown, GoogleOutput>({
    baseUrl: base.replace(/[^/]+$/, 'film'),
    headers: { authorization: 'Bearer ada' },
    fetch: load,
  });
  const { media } = await runGeneration(createGenerationMachine(page, { policy }), { prompt: 'a lighthouse' });
  const [{ url } = expect.unreachable()] = media;
  expect(url).not.toMatch(/googleapis|AIza|^data:/);
  const answer = await load(url, { headers: { cookie: 'user=ada' } });
  expect([answer.headers.get('content-type'), await answer.text()]).toEqual(content);
  const other = await load(url, { headers: { cookie: 'user=eve' } });
  expect(other.status).toBe(404);
});
