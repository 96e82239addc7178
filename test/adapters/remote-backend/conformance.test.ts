import { fal } from 'generation-lifecycle/adapters/fal';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer } from 'generation-lifecycle/server';
import { type AdapterTestServer, type ServerAnswer, testAdapter } from 'generation-lifecycle/testing';
import { falDouble, type VendorScenario } from 'generation-lifecycle/testing/vendors';
import { describe, it } from 'vitest';

// Each situation is a server half with fal's double behind it, and the answers are those of both.

const secrets = 'a secret of this test, and of nothing else';
const token = 'the-token-of-the-page';

/** A clock that a test sets. */
const clockAt = (ms: number) => ({ now: () => ms, setTimeout: () => 0, clearTimeout: () => undefined });

type Situation = { readonly scenario?: VendorScenario; readonly passedMs?: number };

/** The server half, and a double in which the first job is this old. */
function situation({ scenario = {}, passedMs = 0 }: Situation): ServerAnswer {
  return async request => {
    let clock = clockAt(0);
    const double = falDouble({ scenario, clock: { ...clock, now: () => clock.now() } });
    if (passedMs > 0) {
      await double.fetch('https://queue.fal.run/fal-ai/flux/dev', {
        method: 'POST',
        body: '{}',
        headers: { authorization: 'Key any' },
      });
      clock = clockAt(passedMs);
    }
    const adapter = fal<{ prompt: string }, unknown>({ model: 'fal-ai/flux/dev', apiKey: 'any', fetch: double.fetch });
    const { handle } = createGenerationServer({
      secrets,
      authorize: ({ headers }) => (headers.get('authorization') === `Bearer ${token}` ? { id: 'user-1' } : undefined),
      backends: { image: { adapter, input: wish => wish as { prompt: string } } },
      log: () => undefined,
    });
    return handle(request);
  };
}

const submit = (scenario: VendorScenario) => situation({ scenario });
const followed = (passedMs: number, scenario: VendorScenario = {}) => situation({ passedMs, scenario });
const fault = (
  on: 'submit' | 'read' | 'events',
  answer: number | 'moderated',
  retryAfter?: number,
): VendorScenario => ({
  faults: [{ on, answer, retryAfter }],
});

const server: AdapterTestServer = {
  submit: {
    accepted: submit({}),
    paymentRequired: submit(fault('submit', 402)),
    badInput: submit(fault('submit', 422)),
    rateLimited: submit(fault('submit', 429, 3)),
    moderated: submit(fault('submit', 'moderated')),
  },
  read: {
    running: followed(4_000),
    succeeded: followed(10_000),
    queued: followed(500),
    failed: followed(10_000, { ends: 'failed' }),
    moderated: followed(10_000, { ends: 'moderated' }),
    expired: followed(10_000, { resultLivesMs: 0 }),
    rateLimited: followed(4_000, fault('read', 429, 3)),
    notFound: followed(4_000, fault('read', 404)),
  },
  events: {
    running: followed(4_000, fault('events', 503)),
    succeeded: followed(10_000),
    noStream: followed(4_000, fault('events', 404)),
  },
  cancel: {
    stopped: followed(500),
    accepted: followed(4_000),
    tooLate: followed(10_000),
  },
};

describe('remoteBackend over a relay', () => {
  testAdapter(
    ({ url }) =>
      remoteBackend<{ prompt: string }, unknown>({
        baseUrl: `${url}/api/generations/image`,
        headers: { authorization: `Bearer ${token}` },
      }),
    { server, input: { prompt: 'a lighthouse' }, secrets: [token], patienceMs: 60_000, it },
  );
});
