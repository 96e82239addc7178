import { googleInteractions, googleOperations } from 'generation-lifecycle/adapters/google';
import {
  googleInteractionsDouble,
  googleOperationsDouble,
  type VendorDouble,
} from 'generation-lifecycle/testing/vendors';
import { afterEach, describe, expect, it, vi } from 'vitest';

const { signal } = new AbortController();
const apiKey = 'AIza-key-of-the-test';
const ownUrl = 'https://me.test/hooks/google?generation=1';
const webhookUrl = 'https://me.test/hooks/google';
const minuteMs = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

/** A delivery about a job of each kind, and the body of its submit. */
async function delivered(kind: 'interactions' | 'operations', own?: string) {
  const received: Request[] = [];
  const deliver = async (request: Request) => {
    received.push(request);
    return new Response();
  };
  const options = { scenario: { queuedMs: 0, runningMs: 0 }, deliver };
  const isOfInteraction = kind === 'interactions';
  const double: VendorDouble = isOfInteraction ? googleInteractionsDouble(options) : googleOperationsDouble(options);
  const sent: Request[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    const request = new Request(url, init);
    sent.push(request.clone());
    return double.fetch(request);
  };
  const create = isOfInteraction ? googleInteractions : googleOperations;
  const adapter = create<unknown>({ model: 'the-model', apiKey, fetch, webhookUrl });
  const call = { signal, idempotencyKey: 'k-1', ...(own && { webhookUrl: own }) };
  const { job } = await adapter.submit({ input: 'a lighthouse' }, call);
  const body: unknown = await sent[0]?.json();
  await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 20_000 });
  return { adapter, job, body, sent, delivery: received[0] ?? expect.unreachable() };
}

/** The same delivery with another token. */
const withToken = (delivery: Request, change: (token: string) => string) => {
  const headers = new Headers(delivery.headers);
  headers.set('webhook-signature', change(headers.get('webhook-signature') ?? ''));
  return new Request(delivery.clone(), { headers });
};

const claimsOf = (token: string): { data: { id: string }; iat?: number } =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe.each([
  ['interactions', 'webhook_config'],
  ['operations', 'webhookConfig'],
] as const)('a webhook of %s', (kind, member) => {
  it('is asked for by the address of the submit, else by the one of the adapter', async () => {
    expect((await delivered(kind)).body).toMatchObject({ [member]: { uris: [webhookUrl] } });
    const { body, delivery } = await delivered(kind, ownUrl);
    expect(body).toMatchObject({ [member]: { uris: [ownUrl] } });
    expect(delivery.url).toBe(ownUrl);
  });

  it('names the job, also after its body was read, and fetches the keys without yours', async () => {
    const { adapter, job, delivery, sent } = await delivered(kind);
    await delivery.text();
    expect(await adapter.webhook.verify(delivery)).toEqual({ id: job.id });
    expect(await adapter.webhook.verify(delivery)).toEqual({ id: job.id });
    const [, ...keys] = sent;
    expect(keys.map(({ url }) => url)).toEqual(['https://generativelanguage.googleapis.com/.well-known/jwks.json']);
    expect(keys[0]?.headers.has('x-goog-api-key')).toBe(false);
  });

  it('takes the job of the token, and no other that the body names', async () => {
    const { adapter, job, delivery } = await delivered(kind);
    const { headers } = delivery;
    const other = new Request(webhookUrl, {
      method: 'POST',
      headers,
      body: JSON.stringify({ data: { id: 'another' } }),
    });
    expect(await adapter.webhook.verify(other)).toEqual({ id: job.id });
  });

  it.each([
    [
      'another job',
      (token: string) => {
        const [head, , signature] = token.split('.');
        const claims = { ...claimsOf(token), data: { id: 'another' } };
        return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
      },
    ],
    ['another signature', (token: string) => token.replace(/[^.]+$/, 'AAAA')],
    ['no claims', (token: string) => token.replace(/\.[^.]+\./, '.bm9uZQ.')],
    ['no token', () => 'v1,c2lnbmF0dXJl'],
    ['half of a character', () => 'a.b.c'],
    ['nothing', () => ''],
  ])('refuses a token with %s', async (_, change) => {
    const { adapter, delivery } = await delivered(kind);
    expect(await adapter.webhook.verify(withToken(delivery, change))).toBeUndefined();
  });

  it('refuses one that is more than 5 minutes old', async () => {
    const { adapter, job, delivery } = await delivered(kind);
    expect(await adapter.webhook.verify(delivery)).toEqual({ id: job.id });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * minuteMs });
    expect(await adapter.webhook.verify(delivery)).toBeUndefined();
  });
});

it('names an operation by its id alone, too', async () => {
  const { adapter } = await delivered('operations');
  const interaction = await delivered('interactions');
  // Both doubles sign with the same key.
  const id = `models/the-model/operations/${interaction.job.id}`;
  expect(await adapter.webhook.verify(interaction.delivery)).toEqual({ id });
});
