import type { JobRef } from 'generation-lifecycle';
import { type GoogleOptions, googleInteractions, googleOperations } from 'generation-lifecycle/adapters/google';
import { googleInteractionsDouble, googleOperationsDouble } from 'generation-lifecycle/testing/vendors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { json, loopback, rejection } from '../../support/loopback.js';
import {
  badInput,
  badKey,
  flaggedPrompt,
  goneFile,
  limits,
  overloaded,
  problem,
  unbilled,
  unknownModel,
} from './answers.js';

const { signal } = new AbortController();
const submitCall = { signal, idempotencyKey: 'k-1' };
const apiKey = 'AIza-key-of-the-test';
const model = 'veo-3.1-generate-001';
const input = { input: 'a lighthouse', instances: [] };
const kinds = [
  ['googleInteractions', googleInteractions, googleInteractionsDouble],
  ['googleOperations', googleOperations, googleOperationsDouble],
] as const;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe.each(kinds)('%s', (name, create, toDouble) => {
  const adapterOf = (options: Partial<GoogleOptions>) => create<unknown>({ model, ...options });

  async function refuse(body: object, status: number) {
    const { url, heard } = await loopback(() => json(body, status));
    const error = await rejection(adapterOf({ baseUrl: url, apiKey }).submit(input, submitCall));
    expect(heard).toHaveLength(1);
    return error;
  }

  it.each([
    [limits.ofMinute, 30_000],
    [limits.waiting, 30_000],
    [limits.untold, undefined],
  ])('is busy where a short limit is reached, for as long as Google says: %#', async (body, retryAfterMs) => {
    expect(await refuse(body, 429)).toMatchObject({ failure: { code: 'busy', charged: 'no' }, retryAfterMs });
  });

  it.each([limits.ofDay, limits.billing, limits.prepaid, limits.free])(
    'says that the quota is used up where no short wait helps: %#',
    async body => {
      const error = await refuse(body, 429);
      expect(error).toMatchObject({ failure: { code: 'payment-required', charged: 'no', retryable: false } });
      expect(String(error)).toContain('raise it in Google AI Studio');
    },
  );

  it.each([
    [badKey, 400, 'unauthorized', 'option apiKey'],
    [unbilled, 400, 'payment-required', 'billed users'],
    [flaggedPrompt, 400, 'moderated', 'Responsible AI practices'],
    [badInput, 400, 'bad-input', 'durationSeconds'],
    [unknownModel, 404, 'not-found', 'option model'],
    [overloaded, 503, 'busy', 'overloaded'],
    [problem(403, 'PERMISSION_DENIED', 'The caller does not have permission'), 403, 'unauthorized', '403'],
  ])('knows each refusal of a submit: %#', async (body, status, code, words) => {
    const error = await refuse(body, status);
    expect(error).toMatchObject({ failure: { code, charged: 'no' } });
    expect(String(error)).toContain(words);
  });

  it('says of a read with a wrong key that the key is wrong, and not the job', async () => {
    const { url } = await loopback(() => json(badKey, 400));
    const job: JobRef = { id: 'models/m/operations/1' };
    const error = await rejection(adapterOf({ baseUrl: url, apiKey }).read(job, { signal }));
    expect(error).toMatchObject({ failure: { code: 'unauthorized', resumable: true } });
  });

  it.each([
    [goneFile, 403, 'expired'],
    [problem(404, 'NOT_FOUND', 'File not found'), 404, 'expired'],
    [problem(403, 'PERMISSION_DENIED', 'This key may not read files'), 403, 'unauthorized'],
  ])('knows a film that is deleted: %#', async (body, status, code) => {
    const { url } = await loopback(() => json(body, status));
    const { hiddenResults } = adapterOf({ baseUrl: url, apiKey });
    const film = `${url}/v1beta/files/film-1:download?alt=media`;
    const error = await rejection(hiddenResults.fetch(film, { signal, job: { id: 'j-1' } }));
    expect(error).toMatchObject({ failure: { code } });
  });

  it('needs a key at the first submit, and not before', async () => {
    vi.stubEnv('GOOGLE_API_KEY', '');
    vi.stubEnv('GEMINI_API_KEY', '');
    const adapter = adapterOf({ fetch: toDouble().fetch });
    for (const error of [await rejection(adapter.check()), await rejection(adapter.submit(input, submitCall))]) {
      expect(error).toMatchObject({ failure: { code: 'unauthorized', charged: 'no' } });
      expect(String(error)).toContain('option apiKey');
      expect(String(error)).toContain('GOOGLE_API_KEY or GEMINI_API_KEY');
    }
  });

  it("takes either variable, and the one that Google's client takes of both", async () => {
    const double = toDouble({ key: 'AIza-of-google' });
    const adapter = adapterOf({ fetch: double.fetch });
    vi.stubEnv('GOOGLE_API_KEY', ' ');
    vi.stubEnv('GEMINI_API_KEY', 'AIza-of-google');
    await adapter.submit(input, submitCall);
    vi.stubEnv('GOOGLE_API_KEY', 'AIza-of-google');
    vi.stubEnv('GEMINI_API_KEY', 'AIza-another');
    await adapter.submit(input, submitCall);
    expect(double.chargedCount).toBe(2);
  });

  it('refuses a key in a page, with what to do', async () => {
    vi.stubGlobal('document', {});
    const double = toDouble();
    const error = await rejection(adapterOf({ apiKey, fetch: double.fetch }).submit(input, submitCall));
    expect(String(error)).toContain('docs/guide/server.md');
    expect(double.requests).toHaveLength(0);
    const allowed = adapterOf({ apiKey, dangerouslyAllowBrowser: true, fetch: double.fetch });
    await expect(allowed.submit(input, submitCall)).resolves.toBeDefined();
  });

  it('refuses an option that does not exist, and what is no model', () => {
    expect(() => adapterOf({ apikey: 'x' } as object)).toThrow(`${name}() has no option "apikey"`);
    for (const wrong of ['', '../files', 'a model', 'veo:predict', 'models/', undefined])
      expect(() => adapterOf({ model: wrong } as Partial<GoogleOptions>)).toThrow('option model');
  });
});
