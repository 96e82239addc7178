import { createHmac, randomBytes } from 'node:crypto';
import { isGenerationError } from 'generation-lifecycle';
import { type ReplicateOptions, replicate } from 'generation-lifecycle/adapters/replicate';
import { replicateDouble } from 'generation-lifecycle/testing/vendors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';
import { succeeded } from './predictions.js';

const apiKey = 'r8_token-of-the-test';
const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`;
const secret = newSecret();
const body = JSON.stringify(succeeded);

type Delivery = {
  readonly id?: string;
  readonly at?: number;
  readonly text?: string;
  /** What is signed, if it is not what is sent. */
  readonly signed?: string;
  readonly secrets?: readonly string[];
  readonly version?: string;
};

/** Signed with Node's own HMAC, as Replicate's documentation shows. */
function delivery({
  id = 'msg_1',
  at = Date.now(),
  text = body,
  signed = text,
  secrets = [secret],
  version = 'v1',
}: Delivery = {}) {
  const time = String(Math.floor(at / 1_000));
  const signatures = secrets.map(one => {
    const key = Buffer.from(one.split('_')[1] ?? '', 'base64');
    return `${version},${createHmac('sha256', key).update(`${id}.${time}.${signed}`).digest('base64')}`;
  });
  const headers = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures.join(' ') };
  return new Request('https://me.test/hook', { method: 'POST', headers, body: text });
}

const withHeader = (name: string, value: string) => {
  const request = delivery();
  request.headers.set(name, value);
  return request;
};

/** An adapter whose backend answers the request for the secret. */
async function at(answer: (index: number) => Answer, options: Partial<ReplicateOptions> = {}) {
  const { url, heard } = await loopback((_, index) => answer(index));
  const { webhook } = replicate({ model: 'a/b', baseUrl: `${url}/v1`, apiKey, ...options } as ReplicateOptions);
  return { webhook, heard };
}

const { webhook } = replicate({ model: 'a/b', apiKey, webhookSecret: secret });
const job = { id: succeeded.id };

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a delivery', () => {
  it('names its job, and can be read afterwards', async () => {
    const request = delivery();
    expect(await webhook.verify(request)).toEqual(job);
    expect(await request.json()).toEqual(succeeded);
  });

  it('is genuine by any of its signatures', async () => {
    expect(await webhook.verify(delivery({ secrets: [newSecret(), newSecret(), secret] }))).toEqual(job);
    const text = JSON.stringify({ ...succeeded, input: { prompt: 'ein Leuchtturm im Nebel \u{1f32b}' } });
    expect(await webhook.verify(delivery({ text }))).toEqual(job);
  });

  it.each<[string, () => Request]>([
    ['of another body', () => delivery({ signed: `${body} ` })],
    ['with another secret', () => delivery({ secrets: [newSecret()] })],
    ['with another algorithm', () => delivery({ version: 'v1a' })],
    ['more than 5 minutes old', () => delivery({ at: Date.now() - 310_000 })],
    ['from the future', () => delivery({ at: Date.now() + 310_000 })],
    [
      'with another time than it was signed for',
      () => withHeader('webhook-timestamp', `${Math.floor(Date.now() / 1_000) - 60}`),
    ],
    ['at no time', () => withHeader('webhook-timestamp', 'now')],
    ['with another id', () => withHeader('webhook-id', 'msg_2')],
    ['without an id', () => withHeader('webhook-id', '')],
    ['without a signature', () => withHeader('webhook-signature', '')],
    ['with a signature that is none', () => withHeader('webhook-signature', 'v1,\u00ff v1, v1 ,')],
    ['without any header', () => new Request('https://me.test/hook', { method: 'POST', body })],
    ['about no job', () => delivery({ text: '{"status":"succeeded"}' })],
    ['that is no JSON', () => delivery({ text: 'hello' })],
  ])('%s is refused', async (_, toRequest) => {
    expect(await webhook.verify(toRequest())).toBeUndefined();
  });

  it('names its job by an id that is a number', async () => {
    expect(await webhook.verify(delivery({ text: '{"id":8812,"status":"succeeded"}' }))).toEqual({ id: '8812' });
  });

  it('whose body has been read says what to do', async () => {
    const request = delivery();
    await request.text();
    expect(String(await rejection(webhook.verify(request)))).toContain('before anything reads the body');
  });

  it('that was genuine is refused 5 minutes later', async () => {
    const request = delivery();
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 400_000);
    expect(await webhook.verify(request)).toBeUndefined();
  });
});

describe('the secret', () => {
  it('may be a function, or a variable of the environment', async () => {
    vi.stubEnv('REPLICATE_WEBHOOK_SIGNING_SECRET', secret);
    const { webhook: ofEnvironment, heard } = await at(() => json({}));
    expect(await ofEnvironment.verify(delivery())).toEqual(job);
    const { webhook: ofFunction } = await at(() => json({}), { webhookSecret: async () => secret });
    expect(await ofFunction.verify(delivery())).toEqual(job);
    expect(heard).toEqual([]);
  });

  it('is asked for with the token otherwise, once', async () => {
    const { webhook: asking, heard } = await at(() => json({ key: secret }));
    const verified = await Promise.all([1, 2, 3].map(() => asking.verify(delivery())));
    expect([...verified, await asking.verify(delivery())]).toEqual([job, job, job, job]);
    expect(heard.map(({ path }) => path)).toEqual(['/v1/webhooks/default/secret']);
    expect(heard[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
  });

  it('that has changed is asked for anew, and at most once a minute', async () => {
    const changed = newSecret();
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
    const { webhook: asking, heard } = await at(index => json({ key: index === 0 ? secret : changed }));
    const forged = () => delivery({ secrets: [newSecret()] });
    expect(await asking.verify(delivery())).toEqual(job);
    for (let count = 0; count < 5; count += 1) expect(await asking.verify(forged())).toBeUndefined();
    expect(heard).toHaveLength(1);
    clock.mockReturnValue(now + 61_000);
    expect(await asking.verify(delivery({ secrets: [changed] }))).toEqual(job);
    for (let count = 0; count < 5; count += 1) expect(await asking.verify(forged())).toBeUndefined();
    expect(heard).toHaveLength(2);
    clock.mockReturnValue(now + 61_000 + 86_400_000);
    expect(await asking.verify(delivery({ secrets: [changed] }))).toEqual(job);
    expect(heard).toHaveLength(3);
  });

  it('is awaited for 10 s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const fetch = async (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    const { webhook: asking } = replicate({ model: 'a/b', apiKey, fetch });
    const verified = rejection(asking.verify(delivery()));
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), { timeout: 20_000 });
    vi.advanceTimersByTime(10_000);
    expect(String(await verified)).toContain('did not come within 10 s. Answer 500');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that cannot be had a day later is most likely the same', async () => {
    const { webhook: asking, heard } = await at(index => (index === 0 ? json({ key: secret }) : { status: 503 }));
    expect(await asking.verify(delivery())).toEqual(job);
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 90_000_000);
    await expect(asking.verify(delivery())).resolves.toEqual(job);
    expect(heard).toHaveLength(2);
    // One that it does not fit may be genuine.
    await rejection(asking.verify(delivery({ secrets: [newSecret()] })));
  });

  it('that cannot be had makes the check fail, so that Replicate delivers again', async () => {
    for (const [answer, code] of [
      [json({ detail: `Invalid token ${apiKey}` }, 401), 'unauthorized'],
      [{ status: 502 }, 'network'],
      [json({}), 'invalid-response'],
      [{ body: '<html>' }, 'invalid-response'],
    ] as const) {
      const { webhook: asking } = await at(() => answer);
      const error = await rejection(asking.verify(delivery()));
      expect(error).toMatchObject({ code });
      expect(isGenerationError(error) && error.message).toContain('The request for what verifies deliveries failed');
      expect(String(error)).not.toContain(apiKey);
    }
  });

  it('that is none is told without its text', async () => {
    const { webhook: wrong } = await at(() => json({}), { webhookSecret: 'whsec_%%secret%%' });
    const error = await rejection(wrong.verify(delivery()));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain('Check the option webhookSecret');
    expect(String(error)).not.toContain('%%');
  });

  it('of the double is the one that its deliveries are signed with', async () => {
    const received: Request[] = [];
    const double = replicateDouble({
      scenario: { queuedMs: 0, runningMs: 20 },
      deliver: async request => {
        received.push(request);
        return new Response();
      },
    });
    const adapter = replicate({ model: 'a/b', apiKey, fetch: double.fetch, webhookUrl: 'https://me.test/hook' });
    const { job: made } = await adapter.submit({}, { signal: new AbortController().signal, idempotencyKey: 'k' });
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 20_000 });
    const [first = expect.unreachable()] = received;
    expect(await adapter.webhook.verify(first)).toEqual(made);
  });
});
