import type { JobRef } from 'generation-lifecycle';
import { fileBackend, toFileIds } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { json, loopback, rejection } from '../../support/loopback.js';

async function submitting(body: object, headers: Record<string, string> = {}) {
  const answer = json(body) as { readonly headers: Record<string, string> };
  const { url: baseUrl } = await loopback(() => ({ ...answer, headers: { ...answer.headers, ...headers } }));
  const call = { signal: new AbortController().signal, idempotencyKey: 'key-1' };
  return fileBackend({ kind: 'image', baseUrl }).submit({ prompt: 'dunes' }, call);
}

describe('the ids of the files of a job', () => {
  const longest = 'x'.repeat(10_000);

  it.each<{ files: unknown; ids: readonly string[] }>([
    { files: ['f1', 7], ids: ['f1', '7'] },
    { files: ['', {}, null, `${longest}x`, 'f2'], ids: ['f2'] },
    { files: [longest], ids: [longest] },
    { files: [], ids: ['job'] },
    { files: [null], ids: ['job'] },
    { files: 'f1', ids: ['job'] },
    { files: undefined, ids: ['job'] },
  ])('are those that can be ids, or else that of the job', ({ files, ids }) => {
    expect(toFileIds({ id: 'job', files } as JobRef)).toEqual(ids);
  });
});

describe('an answer to a submit', () => {
  it.each([
    { body: {}, words: 'cannot be followed. The job' },
    { body: { message: 'OK, queued' }, words: 'cannot be followed (it says: OK, queued). The job' },
  ])('without a file says so, with its status and its words: $body', async ({ body, words }) => {
    const error = await rejection(submitting(body));
    expect(error).toMatchObject({
      code: 'invalid-response',
      failure: { status: 200, charged: 'maybe' },
      message: expect.stringContaining(`the backend's answer has no file id, so the job ${words}`),
    });
  });

  it('says when to read first, also where it says nothing else', async () => {
    const asked = await submitting({ fileId: 'f1' }, { 'retry-after': '5' });
    expect(asked).toMatchObject({ job: { id: 'f1' }, update: { kind: 'pending', readAfterMs: 5_000 } });
    expect(await submitting({ fileId: 'f1' })).not.toHaveProperty('update');
  });

  it.each([
    { news: { phase: 'running' }, told: { phase: 'running' } },
    { news: { queue_position: 3 }, told: { phase: 'queued', backendPosition: 3 } },
    { news: { eta: 3 }, told: { etaMs: 3_000 } },
    { news: { eta_ms: 250 }, told: { etaMs: 250 } },
  ])('says how the job goes on: $news', async ({ news, told }) => {
    expect((await submitting({ fileId: 'f1', ...news })).update).toMatchObject({ kind: 'pending', ...told });
  });

  it('says what a result costs, and how long its url works', async () => {
    const cost = { amount: 3, unit: 'credits' };
    const body = { fileId: 'f1', url: 'https://cdn.test/1.png', cost, expires_at: 2_000_000_000 };
    expect((await submitting(body)).update).toMatchObject({ kind: 'succeeded', cost, expiresAt: 2_000_000_000_000 });
  });

  it('names files by ids, and not by what they are called', async () => {
    const { job } = await submitting({ files: ['f1', 'cat.jpg', 'cat.jpeg', 'f2.move', 'out/cat'] });
    expect(job['files']).toEqual(['f1', 'f2.move']);
  });

  it('leaves it to a read what becomes of a batch with a url that must not be shown', async () => {
    const files = [
      { id: 'f1', url: 'javascript:0' },
      { id: 'f2', url: 'https://cdn.test/f2.png' },
    ];
    expect(await submitting({ fileId: 'f1', files })).toMatchObject({
      job: { files: ['f1', 'f2'] },
      update: { kind: 'changed' },
    });
  });

  it.each([
    { given: 'p1', is: 'p1' },
    { given: 7, is: '7' },
    { given: { id: 'p1', name: 'Mine' }, is: 'p1' },
    { given: null, is: undefined },
  ])('keeps what it names beside the file: $given', async ({ given, is }) => {
    const { job } = await submitting({ fileId: 'f1', projectId: given, requestId: given });
    expect([job['projectId'], job['requestId']]).toEqual([is, is]);
  });
});
