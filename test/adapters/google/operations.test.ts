import type { JobRef, JobUpdate } from 'generation-lifecycle';
import { type GoogleOptions, googleOperations } from 'generation-lifecycle/adapters/google';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';
import { crashed, film, filtered, name, operation, partlyFiltered, shot, silenced } from './answers.js';

const { signal } = new AbortController();
const call = { signal };
const submitCall = { signal, idempotencyKey: 'k-1' };
const apiKey = 'AIza-key-of-the-test';
const model = 'veo-3.1-generate-001';
const submittedAt = Date.parse('2026-11-30T08:00:00Z');
const job: JobRef = { id: name, submittedAt };
const input = { instances: [{ prompt: 'a lighthouse' }], parameters: { aspectRatio: '16:9' } };

async function at(answer: (path: string) => Answer, options: Partial<GoogleOptions> = {}) {
  const { url, heard } = await loopback(one => answer(one.path));
  return { adapter: googleOperations({ model, baseUrl: url, apiKey, ...options }), url, heard };
}
const readSaid = async (said: object): Promise<JobUpdate<unknown>> =>
  (await at(() => json(said))).adapter.read(job, call);

afterEach(() => {
  vi.useRealTimers();
});

describe('a submit', () => {
  it('sends one request with its input, and knows the operation and its time', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: submittedAt });
    const { adapter, heard } = await at(() => json(operation));
    const { job: made, update } = await adapter.submit(input, submitCall);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      method: 'POST',
      path: `/v1beta/models/${model}:predictLongRunning`,
      headers: { 'x-goog-api-key': apiKey },
    });
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual(input);
    expect(made).toEqual(job);
    expect(update).toEqual({ kind: 'pending', readAfterMs: 10_000 });
  });

  it('keeps the operation of an answer that is done, without its films', async () => {
    const { adapter } = await at(() => json({ name, done: true, response: {} }));
    expect(await adapter.submit(input, submitCall)).toMatchObject({
      job: { id: name },
      update: { kind: 'pending', readAfterMs: 10_000 },
    });
  });
});

describe('a read', () => {
  it('asks for the operation by its name, each 10 s', async () => {
    const { adapter, heard } = await at(() => json(operation));
    expect(await adapter.read(job, call)).toEqual({ kind: 'pending', readAfterMs: 10_000 });
    expect(heard[0]).toMatchObject({ method: 'GET', path: `/v1beta/${name}` });
    await adapter.read({ id: 'https://evil.test/operations/1?x' }, call).catch(() => undefined);
    expect(heard[1]?.path).toBe('/v1beta/https%3A//evil.test/operations/1%3Fx');
    const error = await rejection(adapter.read({ id: 'models/../files/1' }, call));
    expect(error).toMatchObject({ failure: { code: 'bad-input' } });
  });

  it('gives the films, and when they are deleted', async () => {
    expect(await readSaid(shot)).toEqual({
      kind: 'succeeded',
      output: { media: [{ type: 'video', url: film.uri, mimeType: 'video/mp4' }] },
      expiresAt: submittedAt + 2 * 86_400_000,
    });
  });

  it.each([
    [{ bytesBase64Encoded: 'AAAA', mimeType: 'video/webm' }, 'data:video/webm;base64,AAAA'],
    [{ video: { encodedVideo: 'AAAA' } }, 'data:video/mp4;base64,AAAA'],
  ])('takes a film as bytes: %#', async (sample, url) => {
    const update = await readSaid({ name, done: true, response: { videos: [sample] } });
    expect(update).toMatchObject({ kind: 'succeeded', output: { media: [{ type: 'video', url }] } });
  });

  it('tells content that was filtered as moderated, with the reasons', async () => {
    const update = await readSaid(filtered);
    expect(update).toMatchObject({
      kind: 'failed',
      failure: { code: 'moderated', retryable: false, charged: 'maybe' },
    });
    expect(JSON.stringify(update)).toContain("real people's likenesses");
    const counted = { name, done: true, response: { generateVideoResponse: { raiMediaFilteredCount: 2 } } };
    await expect(readSaid(counted)).resolves.toMatchObject({ kind: 'failed', failure: { code: 'moderated' } });
  });

  it('says that it is free where Google says so', async () => {
    expect(await readSaid(silenced)).toMatchObject({ kind: 'failed', failure: { code: 'moderated', charged: 'no' } });
  });

  it('keeps the films that are there where others were filtered', async () => {
    expect(await readSaid(partlyFiltered)).toMatchObject({
      kind: 'succeeded',
      output: { media: [{ url: film.uri }], filteredReasons: [expect.stringContaining('likenesses')] },
    });
  });

  it('says why the model has failed, and knows what was stopped elsewhere', async () => {
    expect(await readSaid(crashed)).toMatchObject({
      kind: 'failed',
      failure: { code: 'job-failed', message: expect.stringContaining('Internal error in the video model') },
    });
    const stopped = { name, done: true, error: { code: 1, message: 'The operation was cancelled.' } };
    expect(await readSaid(stopped)).toEqual({ kind: 'cancelled' });
    const words = "The image violates Google's Responsible AI practices";
    expect(await readSaid({ name, done: true, error: { code: 3, message: words } })).toMatchObject({
      failure: { code: 'moderated' },
    });
  });

  it.each([
    { name, done: true },
    { name, done: true, response: { generateVideoResponse: {} } },
    { ...shot, name: 'models/another/operations/1' },
    {},
  ])('is sent again after what is no answer: %#', async said => {
    const { adapter } = await at(() => json(said));
    expect(await rejection(adapter.read(job, call))).toMatchObject({
      failure: { code: 'invalid-response', resumable: true },
    });
  });
});

it('has no cancel, because Google has none', () => {
  expect(googleOperations({ model })).not.toHaveProperty('cancel');
});
