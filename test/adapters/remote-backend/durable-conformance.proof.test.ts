import { fal } from 'generation-lifecycle/adapters/fal';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { type AdapterTestServer, type ServerAnswer, testAdapter } from 'generation-lifecycle/testing';
import { falDouble, type VendorScenario } from 'generation-lifecycle/testing/vendors';
import { beforeEach, describe, it, vi } from 'vitest';

// Each situation is a server half with a store and fal's double behind it. Its only job has the id of the mocked `randomUUID`.

const token = 'the-token-of-the-page';
const id = '4b7e0000-0000-4000-8000-000000000000';
const key = 'conformance-key-1';
const wish = { prompt: 'a lighthouse' };

type Situation = { readonly scenario?: VendorScenario; readonly passedMs?: number; readonly isKnown?: boolean };

/** The server half with this job, which was submitted this long ago if it is known. */
function situation({ scenario = {}, passedMs = 0, isKnown = false }: Situation): ServerAnswer {
  return async request => {
    let now = 0;
    const clock = { now: () => now, setTimeout: () => 0, clearTimeout: () => undefined };
    const double = falDouble({ scenario, clock });
    const adapter = fal<typeof wish, unknown>({ model: 'fal-ai/flux/dev', apiKey: 'any', fetch: double.fetch });
    const { handle } = createGenerationServer({
      store: memoryJobs(),
      maxStreamMs: 200,
      authorize: ({ headers }) => (headers.get('authorization') === `Bearer ${token}` ? { id: 'user-1' } : undefined),
      backends: { image: { adapter, input: given => given as typeof wish } },
      log: () => undefined,
    });
    if (isKnown) {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      };
      const url = new URL('/api/generations/image/jobs', request.url);
      await handle(new Request(url, { method: 'POST', headers, body: JSON.stringify(wish) }));
      now = passedMs;
    }
    return handle(request);
  };
}

const submit = (scenario: VendorScenario = {}) => situation({ scenario });
const followed = (passedMs: number, scenario: VendorScenario = {}) => situation({ passedMs, scenario, isKnown: true });
const refuses = (answer: number | 'moderated', retryAfter?: number): VendorScenario => ({
  faults: [{ on: 'submit', answer, retryAfter }],
});

const server: AdapterTestServer = {
  submit: {
    accepted: submit(),
    repeated: followed(0),
    paymentRequired: submit(refuses(402)),
    badInput: submit(refuses(422)),
    rateLimited: submit(refuses(429, 3)),
    moderated: submit(refuses('moderated')),
  },
  read: {
    running: followed(4_000),
    succeeded: followed(10_000),
    queued: followed(500),
    failed: followed(10_000, { ends: 'failed' }),
    moderated: followed(10_000, { ends: 'moderated' }),
    expired: followed(10_000, { resultLivesMs: 0 }),
    notFound: situation({}),
  },
  events: {
    running: followed(4_000),
    succeeded: followed(10_000),
  },
  cancel: {
    stopped: followed(500),
    accepted: followed(4_000, { stopsAfterMs: 10_000 }),
    tooLate: followed(10_000),
  },
  find: { known: followed(4_000), unknown: situation({}) },
  cancelByKey: { known: followed(4_000), unknown: situation({}) },
};

describe('remoteBackend over a store', () => {
  beforeEach(() => {
    const random = vi.spyOn(crypto, 'randomUUID').mockReturnValue(id);
    return () => random.mockRestore();
  });

  testAdapter(
    ({ url }) =>
      remoteBackend<typeof wish, unknown>({
        baseUrl: `${url}/api/generations/image`,
        headers: { authorization: `Bearer ${token}` },
        durable: true,
      }),
    { server, input: wish, secrets: [token], patienceMs: 60_000, it },
  );
});
