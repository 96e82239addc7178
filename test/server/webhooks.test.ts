import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { JobRef } from 'generation-lifecycle';
import { replicate } from 'generation-lifecycle/adapters/replicate';
import { memoryJobs } from 'generation-lifecycle/server';
import { replicateDouble } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it } from 'vitest';
import { durableHalf, origin, secret, type Wish } from '../support/server-half.js';

const publicUrl = `${origin}/api/generations`;
const jobOf = async (response: Response) => ((await response.json()) as { job: JobRef }).job;

/** A server half whose vendor posts its deliveries to it. They are kept until the test delivers them. */
function withWebhook(vendor: Parameters<typeof durableHalf>[1] = {}, options: Parameters<typeof durableHalf>[0] = {}) {
  const deliveries: Request[] = [];
  const answers: Response[] = [];
  const half = durableHalf(
    { publicUrl, ...options },
    {
      ...vendor,
      deliver: async request => {
        deliveries.push(request);
        return new Response();
      },
    },
  );
  const deliver = async (request: Request) => {
    const response = await half.handle(request);
    answers.push(response);
    return response.status;
  };
  const delivered = async () => {
    await expect.poll(() => deliveries.length).toBeGreaterThan(0);
    return deliveries[0]?.clone() as Request;
  };
  const statusOf = async (id: string) => (await half.store.get(id))?.status;
  return { ...half, deliver, delivered, deliveries, statusOf };
}

/** The same delivery, with a valid signature of a key that fal does not publish. */
async function signedByAnother(delivery: Request): Promise<Request> {
  const body = await delivery.clone().text();
  const headers = new Headers(delivery.headers);
  const said = ['request-id', 'user-id', 'timestamp'].map(name => headers.get(`x-fal-webhook-${name}`));
  const message = [...said, createHash('sha256').update(body).digest('hex')].join('\n');
  const { privateKey } = generateKeyPairSync('ed25519');
  headers.set('x-fal-webhook-signature', sign(null, Buffer.from(message), privateKey).toString('hex'));
  return new Request(delivery.url, { method: 'POST', headers, body });
}

describe('a webhook', () => {
  it('tells of the end of a job that is not due yet', async () => {
    const { submit, deliver, delivered, statusOf } = withWebhook();
    const { id } = await jobOf(await submit('ada'));
    expect(await deliver(await delivered())).toBe(200);
    expect(await statusOf(id)).toBe('completed');
  });

  it('changes nothing when it comes twice', async () => {
    const { submit, deliver, delivered, store, double } = withWebhook();
    const { id } = await jobOf(await submit('ada'));
    const delivery = await delivered();
    expect(await deliver(delivery.clone())).toBe(200);
    const [row, { length }] = [await store.get(id), double.requests];
    expect(await deliver(delivery)).toBe(200);
    expect(await store.get(id)).toEqual(row);
    expect(double.requests.length).toBe(length);
  });

  it('recovers a submit whose answer was lost', async () => {
    const { submit, ask, deliver, delivered, store, statusOf, double } = withWebhook({
      scenario: { queuedMs: 5, runningMs: 5, faults: [{ on: 'submit', answer: 'lost' }] },
    });
    await submit('ada');
    const row = await store.findByKey('ada', 'key-1');
    expect(row?.status).toBe('failed');
    // A page can look again, which costs nothing.
    const told = (await (await ask('image/keys/key-1', { user: 'ada' })).json()) as object;
    expect(told).toMatchObject({ update: { failure: { charged: 'maybe', resumable: true } } });
    expect(await deliver(await delivered())).toBe(200);
    expect(await statusOf(String(row?.id))).toBe('completed');
    expect(double.chargedCount).toBe(1);
  });

  it('recovers a submit to Replicate whose answer was lost, too', async () => {
    const deliveries: Request[] = [];
    const double = replicateDouble({
      scenario: { queuedMs: 5, runningMs: 5, faults: [{ on: 'submit', answer: 'lost' }] },
      deliver: async request => {
        deliveries.push(request);
        return new Response();
      },
    });
    const adapter = replicate<Wish, unknown>({ model: 'owner/model', apiKey: 'r8_any', fetch: double.fetch });
    const image = { adapter, input: () => ({ prompt: 'a lighthouse' }) };
    const { submit, store, handle } = durableHalf({ publicUrl, backends: { image, other: image } });
    const error = ((await (await submit('ada')).json()) as { error: object }).error;
    expect(error).toMatchObject({ charged: 'maybe' });
    await expect.poll(() => deliveries.length).toBe(1);
    expect((await handle(deliveries[0] as Request)).status).toBe(200);
    const row = await store.findByKey('ada', 'key-1');
    expect(row).toMatchObject({
      status: 'completed',
      state: { outcome: { output: [expect.stringContaining('https')] } },
    });
    expect(double.chargedCount).toBe(1);
  });

  it('brings the picture of a job that was given up', async () => {
    let passedMs = 0;
    const store = memoryJobs({ now: () => Date.now() + passedMs });
    const { submit, deliver, delivered, statusOf, server } = withWebhook({}, { store });
    const { id } = await jobOf(await submit('ada'));
    await server.advance(id);
    const delivery = await delivered();
    // Nobody was there to read it, and its deadline is over.
    const row = await store.get(id);
    const failure = { code: 'deadline', message: 'It did not end.', retryable: false, resumable: true, charged: 'yes' };
    const state = { ...row?.state, outcome: { kind: 'failed', failure }, isAssumed: true };
    await store.write(id, { version: Number(row?.version) }, { status: 'failed', dueAt: null, state });
    passedMs = 3_600_000;
    expect(await deliver(delivery)).toBe(200);
    expect(await statusOf(id)).toBe('completed');
  });

  it('recovers a submit that is still waiting for its answer', async () => {
    let lose = () => {};
    const lost = new Promise<void>(resolve => {
      lose = resolve;
    });
    const half = withWebhook({ scenario: { queuedMs: 5, runningMs: 5 } });
    const { adapter } = half;
    const slow = withWebhook(
      {},
      {
        store: half.store,
        backends: {
          image: {
            input: () => ({ prompt: 'a lighthouse' }),
            adapter: {
              ...adapter,
              submit: async (input, call) => {
                await adapter.submit(input, call);
                await lost;
                throw new TypeError('the connection broke');
              },
            },
          },
          other: half.backend,
        },
      },
    );
    const answer = slow.submit('ada');
    expect(await half.deliver(await half.delivered())).toBe(200);
    lose();
    const response = await answer;
    expect(response.status).toBe(201);
    const { id } = await jobOf(response);
    await half.server.sweep();
    expect(await half.statusOf(id)).toBe('completed');
    expect(half.double.chargedCount).toBe(1);
  });

  it.each([
    ['with another MAC', (url: string) => url.replace(/.{8}$/, 'AAAAAAAA')],
    ['with the MAC of another job', (url: string) => url.replace(/webhook\/image\/[\w-]+\./, 'webhook/image/another.')],
    ['of another backend', (url: string) => url.replace('webhook/image', 'webhook/other')],
    ['without a MAC', (url: string) => url.replace(/\.[\w-]+$/, '')],
  ])('to an address %s is not found', async (_, change) => {
    const { submit, deliver, delivered, statusOf } = withWebhook();
    const { id } = await jobOf(await submit('ada'));
    const delivery = await delivered();
    const { headers } = delivery;
    const request = new Request(change(delivery.url), { method: 'POST', headers, body: await delivery.text() });
    expect(await deliver(request)).toBe(404);
    expect(await statusOf(id)).toBe('running');
  });

  it.each([
    ['with another body', (delivery: Request) => [delivery.headers, `${'{}'}`] as const],
    [
      'that is old',
      (delivery: Request) => {
        const headers = new Headers(delivery.headers);
        headers.set('x-fal-webhook-timestamp', '1700000000');
        return [headers, undefined] as const;
      },
    ],
    ['that nobody has signed', () => [new Headers(), undefined] as const],
  ])('%s changes nothing', async (_, change) => {
    const { submit, deliver, delivered, statusOf, log } = withWebhook();
    const { id } = await jobOf(await submit('ada'));
    const delivery = await delivered();
    const text = await delivery.clone().text();
    const [headers, body = text] = change(delivery);
    expect(await deliver(new Request(delivery.url, { method: 'POST', headers, body }))).toBe(400);
    expect(await statusOf(id)).toBe('running');
    expect(log.some(({ event }) => event === 'webhook.refused')).toBe(true);
  });

  it.each([
    // It is a part of what is signed.
    ['one that passed a second earlier', (time: number) => time - 1],
    ['one within the minutes that a delivery may take', (time: number) => time - 60],
    ['one that is still to come', (time: number) => time + 3_600],
  ])('whose time was changed changes nothing: to %s', async (_, change) => {
    const { submit, deliver, delivered, statusOf } = withWebhook();
    const { id } = await jobOf(await submit('ada'));
    const delivery = await delivered();
    const headers = new Headers(delivery.headers);
    headers.set('x-fal-webhook-timestamp', String(change(Number(headers.get('x-fal-webhook-timestamp')))));
    const request = new Request(delivery.url, { method: 'POST', headers, body: await delivery.text() });
    expect(await deliver(request)).toBe(400);
    expect(await statusOf(id)).toBe('running');
  });

  it('that is signed as fal does, with a key of somebody else, changes nothing', async () => {
    const { submit, deliver, delivered, statusOf } = withWebhook();
    const { id } = await jobOf(await submit('ada'));
    const delivery = await delivered();
    expect(await deliver(await signedByAnother(delivery))).toBe(400);
    expect(await statusOf(id)).toBe('running');
    expect(await deliver(delivery)).toBe(200);
  });

  it('that Replicate has signed with the secret of another account changes nothing', async () => {
    const deliveries: Request[] = [];
    const double = replicateDouble({
      scenario: { queuedMs: 5, runningMs: 5 },
      deliver: async request => {
        deliveries.push(request);
        return new Response();
      },
    });
    const ours = `whsec_${btoa('the secret of this account only.')}`;
    const toBackend = (webhookSecret: string | undefined) => {
      const options = { model: 'owner/model', apiKey: 'r8_any', webhookSecret, fetch: double.fetch } as const;
      return { adapter: replicate<Wish, unknown>(options), input: () => ({ prompt: 'a lighthouse' }) };
    };
    const half = durableHalf({ publicUrl, backends: { image: toBackend(ours), other: toBackend(undefined) } });
    const { id } = await jobOf(await half.submit('ada'));
    await expect.poll(() => deliveries.length).toBe(1);
    const delivery = deliveries[0] as Request;
    expect((await half.handle(delivery.clone())).status).toBe(400);
    expect(await half.store.get(id)).toMatchObject({ status: 'running' });
    // The same delivery is genuine where the secret is that of its account.
    const theirs = durableHalf({
      publicUrl,
      store: half.store,
      backends: { image: toBackend(undefined), other: toBackend(undefined) },
    });
    expect((await theirs.handle(delivery)).status).toBe(200);
  });

  it('of another job changes nothing at this address', async () => {
    const { submit, deliver, deliveries, statusOf } = withWebhook();
    const first = await jobOf(await submit('ada', { key: 'key-1' }));
    const second = await jobOf(await submit('ada', { key: 'key-2' }));
    await expect.poll(() => deliveries.length).toBe(2);
    const address = deliveries.find(({ url }) => url.includes(first.id))?.url ?? '';
    const other = deliveries.find(({ url }) => url.includes(second.id)) as Request;
    const request = new Request(address, { method: 'POST', headers: other.headers, body: await other.clone().text() });
    expect(await deliver(request)).toBe(404);
    expect(await statusOf(first.id)).toBe('running');
  });

  it('with a body of 10 MB is not read', async () => {
    const { submit, deliver, delivered } = withWebhook();
    await submit('ada');
    const { url, headers } = await delivered();
    expect(await deliver(new Request(url, { method: 'POST', headers, body: 'x'.repeat(10_000_000) }))).toBe(413);
  });

  it('is not asked who is signed in, nor where it comes from', async () => {
    const { submit, deliver, delivered } = withWebhook({}, { origin: 'https://elsewhere.test' });
    await submit('ada', { headers: { origin: 'https://elsewhere.test' } });
    expect(await deliver(await delivered())).toBe(200);
  });

  it('needs a store and a secret', () => {
    expect(() => withWebhook({}, { secrets: [] })).toThrow('secrets');
    expect(secret.length).toBeGreaterThan(32);
  });
});
