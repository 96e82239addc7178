import { readFileSync } from 'node:fs';
import { createAdaptorServer } from '@hono/node-server';
import { createGenerationMachine, type GenerationResult } from 'generation-lifecycle';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createActor, toPromise } from 'xstate';
import { listening } from '../support/listening.js';
import { type Song, songBackend } from './guide/song-backend.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const song = { id: 'a/1', status: 'running', progress: 0.25 };
const done = { ...song, status: 'done', url: 'https://songs.test/1.mp3' };

/** A backend that says the one thing, whatever is asked. */
type Says = { readonly submit?: Response; readonly read?: object; readonly event?: string; readonly stop?: object };

async function generate(says: Says, isCancelled = false) {
  const asked: string[] = [];
  const backend = new Hono()
    .use(async (c, next) => {
      asked.push(`${c.req.method} ${new URL(c.req.url).pathname}`);
      await next();
    })
    .post('/songs', c => says.submit?.clone() ?? c.json({ ...song, key: c.req.header('idempotency-key') }, 201))
    .get('/songs/:id', c => c.json(says.read ?? song))
    .delete('/songs/:id', c => c.json(says.stop ?? song))
    .get('/songs/:id/events', c =>
      says.event ? c.body(`data: ${says.event}\n\n`, 200, { 'content-type': 'text/event-stream' }) : c.body(null, 204),
    );
  const server = createAdaptorServer({ fetch: backend.fetch, overrideGlobalObjects: false });
  const { url } = await listening(server);

  const machine = createGenerationMachine(songBackend(url), {
    policy: { minReadGapMs: 0, pollDelayMs: [10] },
  });
  const actor = createActor(machine, { input: { id: 'generation-1' } });
  if (isCancelled) actor.on('submitted', () => actor.send({ type: 'CANCEL' }));
  actor.start();
  actor.send({ type: 'GENERATE', input: { lyrics: 'la la' } });
  const result: GenerationResult<Song> = await toPromise(actor);
  return { result, asked };
}

describe('the adapter of the guide', () => {
  it('is what the guide shows, word for word, in 28 lines at most', () => {
    const code = read('test/docs/guide/song-backend.ts');
    expect(read('docs/guide/adapters.md')).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
    expect(code.split('\n').filter(line => line.trim() !== '').length).toBeLessThanOrEqual(28);
  });

  it('meets the requirements of the port by the test that the guide shows, word for word', () => {
    const code = read('test/docs/guide/song-backend.test.ts');
    expect(read('docs/guide/adapters.md')).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
  });

  it('follows a job by its stream, and reads where there is none', async () => {
    const { result, asked } = await generate({ event: JSON.stringify(done) });
    expect(result).toMatchObject({ status: 'completed', output: { url: done.url }, job: { id: 'a/1' } });
    expect(asked.slice(0, 2)).toEqual(['POST /songs', 'GET /songs/a%2F1/events']);
    expect((await generate({ read: done })).result).toMatchObject({ status: 'completed', output: { url: done.url } });
  });

  it('takes a result that is in the answer to the submit', async () => {
    const { result, asked } = await generate({ submit: Response.json(done) });
    expect([result.status, asked]).toEqual(['completed', ['POST /songs']]);
  });

  it.each([
    { says: { submit: Response.json({}, { status: 402 }) }, failure: { code: 'payment-required', charged: 'no' } },
    {
      says: { submit: Response.json({}, { status: 500 }) },
      failure: { code: 'network', charged: 'maybe', retryable: true },
    },
    { says: { submit: new Response('<html>') }, failure: { code: 'invalid-response', charged: 'maybe' } },
    {
      says: { read: { ...song, status: 'failed', error: 'No rhyme.' } },
      failure: { code: 'job-failed', message: 'Job a/1 failed: No rhyme. Submit again to start a new job.' },
    },
  ])('fails with $failure.code, charged $failure.charged', async ({ says, failure }) => {
    expect((await generate(says)).result).toMatchObject({ status: 'failed', failure });
  });

  it('cancels at the backend', async () => {
    const { result, asked } = await generate({ stop: { ...song, status: 'cancelled' } }, true);
    expect(result).toMatchObject({ status: 'cancelled', stopped: true });
    expect(asked).toContain('DELETE /songs/a%2F1');
  });
});
