import { createHmac, randomBytes } from 'node:crypto';
import { openai } from 'generation-lifecycle/adapters/openai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rejection } from '../../support/loopback.js';
import { id } from './responses.js';

const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`;
const secret = newSecret();
const said = { id: 'evt_1', object: 'event', created_at: 1, type: 'response.completed', data: { id } };

/** Signed with Node's own HMAC, as Standard Webhooks shows. */
function delivery(body: object = said, { by = secret, at = Date.now(), signed = JSON.stringify(body) } = {}) {
  const time = String(Math.floor(at / 1_000));
  const key = Buffer.from(by.split('_')[1] ?? '', 'base64');
  const signature = createHmac('sha256', key).update(`wh_1.${time}.${signed}`).digest('base64');
  const headers = { 'webhook-id': 'wh_1', 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` };
  return new Request('https://me.test/hook', { method: 'POST', headers, body: JSON.stringify(body) });
}

const { webhook } = openai({ model: 'gpt-5.5', webhookSecret: secret });

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a delivery', () => {
  it.each(['completed', 'failed', 'cancelled', 'incomplete'])('about a response that is %s names it', async end => {
    expect(await webhook.verify(delivery({ ...said, type: `response.${end}` }))).toEqual({ id });
  });

  it.each<[string, () => Request]>([
    ['of another body', () => delivery(said, { signed: '{}' })],
    ['with another secret', () => delivery(said, { by: newSecret() })],
    ['more than 5 minutes old', () => delivery(said, { at: Date.now() - 310_000 })],
    ['about something else', () => delivery({ ...said, type: 'batch.completed', data: { id: 'batch_1' } })],
    ['about no response', () => delivery({ ...said, data: {} })],
    ['without a signature', () => new Request('https://me.test/', { method: 'POST', body: JSON.stringify(said) })],
  ])('%s is refused', async (_, toRequest) => {
    expect(await webhook.verify(toRequest())).toBeUndefined();
  });

  it('is verified by the secret of the environment, or of a function', async () => {
    vi.stubEnv('OPENAI_WEBHOOK_SECRET', secret);
    expect(await openai({ model: 'gpt-5.5' }).webhook.verify(delivery())).toEqual({ id });
    const later = openai({ model: 'gpt-5.5', webhookSecret: async () => secret });
    expect(await later.webhook.verify(delivery())).toEqual({ id });
  });

  it('cannot be checked without a secret, or with what is none', async () => {
    vi.stubEnv('OPENAI_WEBHOOK_SECRET', '');
    for (const webhookSecret of [undefined, 'whsec_'])
      expect(String(await rejection(openai({ model: 'gpt-5.5', webhookSecret }).webhook.verify(delivery())))).toContain(
        'OPENAI_WEBHOOK_SECRET',
      );
  });
});
