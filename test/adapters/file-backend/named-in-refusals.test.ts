import {
  createGenerationMachine,
  type GenerationEmitted,
  GenerationError,
  isResumeToken,
  toResumeToken,
  viewGeneration,
} from 'generation-lifecycle';
import { type FileOutput, fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it, vi } from 'vitest';
import { createActor } from 'xstate';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';

const { signal } = new AbortController();
const call = { signal, idempotencyKey: 'key-1' };

async function refusal(answer: Answer) {
  const { url: baseUrl } = await loopback(() => answer);
  const error = await rejection(fileBackend({ kind: 'image', baseUrl }).submit({ prompt: 'dunes' }, call));
  return error instanceof GenerationError ? error : expect.unreachable();
}

describe('a refused submit that names its file', () => {
  it.each<{ body: object; status?: number; id?: string; files?: readonly string[] }>([
    { body: { success: false, error: 'The render failed', fileId: 'f1' } },
    { body: { success: false, error: 'Hm', fileId: 41 }, id: '41' },
    { body: { error: 'Hm', file_id: 'f1' } },
    { body: { error: { message: 'Hm', fileId: 'f1' } } },
    { body: { success: false, message: 'Hm', data: { fileId: 'f1' } } },
    { body: { detail: { message: 'Hm', file_id: 'f1' } }, status: 422 },
    { body: { error: 'Bad size', fileId: 'f1' }, status: 400 },
    { body: { error: 'Hm', fileId: 'f1' }, status: 403 },
    { body: { error: 'Hm', fileId: 'f1' }, status: 409 },
    { body: { error: 'Too many', fileId: 'f1' }, status: 429 },
    { body: { error: 'The worker is gone', fileId: 'f1' }, status: 500 },
    { body: { error: 'Overloaded', fileId: 'f1' }, status: 503 },
    { body: { success: false, error: '1 of 2 failed', files: [{ id: 'f1' }, 'f2'] }, files: ['f1', 'f2'] },
    { body: { success: false, error: '1 of 2 failed', fileId: 'f1', files: ['f1'] } },
  ])('keeps it, because it may be charged: $status $body', async ({ body, status = 200, id = 'f1', files }) => {
    const { failure } = await refusal(json(body, status));
    expect(failure).toMatchObject({
      charged: 'maybe',
      retryable: false,
      resumable: true,
      status,
      job: { id, kind: 'image', request: { prompt: 'dunes' } },
    });
    expect(failure.job?.['files']).toEqual(files);
    expect(failure.message).toContain(
      `Job ${id} may be running and may have been charged: resume it, which costs nothing.`,
    );
  });

  it.each<{ body: object; status?: number; charged: string; retryable: boolean; resumable: boolean }>([
    {
      body: { success: false, error: 'The render failed', fileId: 'f1', charged: false },
      charged: 'no',
      retryable: true,
      resumable: false,
    },
    {
      body: { success: false, error: 'Insufficient credits', fileId: 'f1' },
      charged: 'no',
      retryable: false,
      resumable: false,
    },
    { body: { error: 'Pay first', fileId: 'f1' }, status: 402, charged: 'no', retryable: false, resumable: false },
    {
      body: { success: false, error: 'The prompt was flagged', fileId: 'f1' },
      charged: 'maybe',
      retryable: false,
      resumable: false,
    },
  ])('names it also where nothing is to be followed: $status $body', async ({ body, status = 200, ...flags }) => {
    expect((await refusal(json(body, status))).failure).toMatchObject({ ...flags, job: { id: 'f1' } });
  });

  it.each([{ taskId: 't1' }, { task_id: 't1' }, { jobId: 't1' }, { data: { job_id: 't1' } }])(
    'names a task, which no route reads: %o',
    async named => {
      const { failure } = await refusal(json({ error: 'The worker is gone', ...named }, 500));
      expect(failure).toMatchObject({
        charged: 'maybe',
        retryable: false,
        resumable: false,
        job: { id: 't1' },
        message: expect.stringContaining('Task t1 may be running and may have been charged: check at the backend'),
      });
    },
  );

  it.each([
    { error: 'Hm', id: 'request-7' },
    { error: 'Hm', requestId: 'r1', projectId: 'p1' },
    { error: 'Hm', fileId: null, files: [] },
    { error: 'Hm', fileId: '/uploads/start.png' },
    { error: 'Hm', files: ['start.png'] },
  ])('takes nothing else for a job: %o', async body => {
    expect((await refusal(json(body, 400))).failure).toMatchObject({ job: undefined, charged: 'no' });
  });

  it('is found again with the token of its generation, which costs nothing', async () => {
    const file = json({ id: 'f1', url: 'https://cdn.test/f1.png' });
    const { url: baseUrl, heard } = await loopback(({ method, path }) => {
      if (method === 'POST') return json({ success: false, error: 'Gone', fileId: 'f1' }, 500);
      return path === '/api/file/f1' ? file : { status: 404 };
    });
    const machine = createGenerationMachine(fileBackend({ kind: 'image', baseUrl }));
    const emitted: GenerationEmitted<FileOutput>[] = [];
    const begin = (input: Parameters<typeof createActor<typeof machine>>[1]) => {
      const actor = createActor(machine, input);
      actor.on('*', event => emitted.push(event));
      return actor.start();
    };
    const refused = begin({ input: { id: 'g-1' } });
    refused.send({ type: 'GENERATE', input: { prompt: 'dunes' } });
    await vi.waitFor(() => expect(emitted).toHaveLength(1), 20_000);
    expect(emitted).toMatchObject([{ type: 'failed', job: { id: 'f1' }, failure: { resumable: true } }]);
    expect(viewGeneration(refused.getSnapshot()).job).toMatchObject({ id: 'f1' });
    const resume = toResumeToken(refused.getSnapshot());
    expect(isResumeToken(resume)).toBe(true);
    begin({ input: { id: 'g-1', resume } });
    await vi.waitFor(() => expect(emitted).toHaveLength(2), 20_000);
    expect(emitted[1]).toMatchObject({ type: 'completed', output: { files: [{ id: 'f1' }] } });
    expect(heard.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('is followed where a lookup finds it', async () => {
    const { url: baseUrl } = await loopback(() => json({ success: false, error: 'The render failed', fileId: 'f1' }));
    const adapter = fileBackend({ kind: 'image', baseUrl, canFindByKey: true });
    for (const ask of [adapter.find, adapter.cancelByKey]) {
      expect(await ask?.('key-1', { signal })).toMatchObject({ job: { id: 'f1' }, update: { kind: 'changed' } });
    }
  });
});
