// song-backend.test.ts
import { testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import { songBackend } from './song-backend.js';

const song = (state: object, status = 200) => Response.json({ id: 'song/1', ...state }, { status });
const url = 'https://songs.test/1.mp3';
const event = (state: object) => `data: ${JSON.stringify({ id: 'song/1', ...state })}\n\n`;
const stream = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } });

describe('songBackend', () => {
  testAdapter(({ url }) => songBackend(url, { authorization: 'Bearer a-token' }), {
    it, // Vitest, Jest, Mocha and node:test have one
    input: { lyrics: 'la la' },
    secrets: ['a-token'], // what your factory gives to the adapter
    server: {
      submit: {
        accepted: () => song({ status: 'queued', place: 2 }, 201),
        repeated: () => song({ status: 'running' }),
        inProgress: () => new Response(null, { status: 409, headers: { 'retry-after': '1' } }),
        busy: () => song({ error: 'The queue is full.' }, 503),
        moderated: () => song({ error: 'The lyrics were flagged.' }, 451),
      },
      read: {
        running: () => song({ status: 'running', progress: 0.25 }),
        queued: () => song({ status: 'queued', place: 2 }),
        succeeded: () => song({ status: 'done', url }),
        failed: () => song({ status: 'failed', error: 'No rhyme was found.' }),
        moderated: () => song({ status: 'flagged', error: 'The lyrics were flagged.' }),
        cancelled: () => song({ status: 'cancelled' }),
        expired: () => song({ status: 'deleted', error: 'The song was deleted.' }),
        paced: () => song({ status: 'running', nextReadMs: 9_000 }),
        unknownStatus: () => song({ status: 'mastering' }),
      },
      events: {
        running: () => stream(event({ status: 'running' })),
        succeeded: () => stream(event({ status: 'done', url })),
        otherJob: () => stream(event({ id: 'song/2', status: 'running' })),
        garbled: () => stream(`data: oops\n\n${event({ status: 'running' })}`),
        withId: () => stream(`id: last-1\n${event({ status: 'running' })}`),
      },
      cancel: {
        stopped: () => song({ status: 'cancelled' }),
        accepted: () => song({ status: 'running' }, 202),
        tooLate: () => song({ status: 'done', url }),
      },
    },
  });
});
