import { isGenerationError } from 'generation-lifecycle';
import { type ApiKeyOptions, createExchange } from 'generation-lifecycle/adapters/http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { json, loopback, rejection } from '../../support/loopback.js';

const { signal } = new AbortController();
const apiKey: ApiKeyOptions = {
  vendor: 'studio',
  value: undefined,
  variable: 'STUDIO_TEST_KEY',
  toHeaders: key => ({ authorization: `Key ${key}` }),
};

async function submitWith(options: Partial<ApiKeyOptions>) {
  const { url, heard } = await loopback(() => json({ id: 'j1' }));
  const exchange = createExchange({ apiKey: { ...apiKey, ...options } });
  const submitted = exchange.ask({ action: 'submit', url, signal, body: {}, idempotencyKey: 'k-1' });
  const error = await submitted.catch((thrown: unknown) => thrown);
  const checked = await exchange.check().catch((thrown: unknown) => thrown);
  const messageOf = (thrown: unknown) => (isGenerationError(thrown) ? thrown.message : undefined);
  return { heard, error, message: messageOf(error), checked: messageOf(checked) };
}

describe('the key of a vendor', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it('is the option, or the environment variable at the time of the request', async () => {
    const given = await submitWith({ value: ' key-from-option\n' });
    expect([given.heard[0]?.headers.authorization, given.checked]).toEqual(['Key key-from-option', undefined]);
    vi.stubEnv('STUDIO_TEST_KEY', 'key-from-environment');
    expect((await submitWith({})).heard[0]?.headers.authorization).toBe('Key key-from-environment');
    expect((await submitWith({ value: async () => 'key-of-a-function' })).heard[0]?.headers.authorization).toBe(
      'Key key-of-a-function',
    );
  });

  it('is in the first of several variables that is set, and all of them are named if none is', async () => {
    const variable = ['STUDIO_FIRST_KEY', 'STUDIO_SECOND_KEY'];
    expect((await submitWith({ variable })).message).toContain('variable STUDIO_FIRST_KEY or STUDIO_SECOND_KEY.');
    vi.stubEnv('STUDIO_FIRST_KEY', '  ');
    vi.stubEnv('STUDIO_SECOND_KEY', 'key-of-the-second');
    expect((await submitWith({ variable })).heard[0]?.headers.authorization).toBe('Key key-of-the-second');
    vi.stubEnv('STUDIO_FIRST_KEY', 'key-of-the-first');
    expect((await submitWith({ variable })).heard[0]?.headers.authorization).toBe('Key key-of-the-first');
  });

  it.each([undefined, '', '  ', () => undefined])('is missed at the first submit and by check(): %s', async value => {
    const { heard, error, message, checked } = await submitWith({ value });
    expect(heard).toEqual([]);
    expect(error).toMatchObject({ failure: { code: 'unauthorized', charged: 'no', retryable: false } });
    for (const text of [message, checked]) {
      expect(text).toContain('there is no key of studio');
      expect(text).toContain('Pass the option apiKey, or set the environment variable STUDIO_TEST_KEY.');
    }
  });

  it('is refused if a header cannot hold it, and is not quoted', async () => {
    const { heard, message } = await submitWith({ value: 'secret key\u20ac' });
    expect(heard).toEqual([]);
    expect(message).toContain('has a character that no key has');
    expect(message).not.toContain('secret');
  });

  it('is refused in a page, with a sentence that points at the server', async () => {
    vi.stubGlobal('document', {});
    const { heard, message, checked } = await submitWith({ value: 'a-secret-key' });
    expect(heard).toEqual([]);
    for (const text of [message, checked]) {
      expect(text).toContain('docs/guide/server.md');
      expect(text).toContain('dangerouslyAllowBrowser');
      expect(text).not.toContain('a-secret-key');
    }
    expect((await submitWith({})).message).toContain('Call studio from your server');
  });

  it('is refused in a worker of a page', async () => {
    vi.stubGlobal('importScripts', () => undefined);
    vi.stubGlobal('location', new URL('https://page.test/'));
    expect((await submitWith({ value: 'a-secret-key' })).heard).toEqual([]);
  });

  it('is sent from a page that is allowed to', async () => {
    vi.stubGlobal('document', {});
    const { heard } = await submitWith({ value: 'a-secret-key', dangerouslyAllowBrowser: true });
    expect(heard[0]?.headers.authorization).toBe('Key a-secret-key');
  });

  it('is asked for again after a 401 only where a function can give another one', async () => {
    const { url, heard } = await loopback(() => json({}, 401));
    const read = (value: ApiKeyOptions['value']) =>
      createExchange({ apiKey: { ...apiKey, value } }).ask({ action: 'read', job: { id: 'j' }, url, signal });
    await rejection(read('a-fixed-key'));
    expect(heard).toHaveLength(1);
    await rejection(read(() => 'a-fresh-key'));
    expect(heard).toHaveLength(3);
  });
});
