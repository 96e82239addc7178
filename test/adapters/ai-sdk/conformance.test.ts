import { aiSdkVideo } from 'generation-lifecycle/adapters/ai-sdk';
import { type AdapterTestServer, testAdapter } from 'generation-lifecycle/testing';
import { describe, it } from 'vitest';
import { callApi, response, videoModel } from '../../support/ai-sdk-model.js';

const id = 'task-1';
const key = 'the-key-of-the-studio';

/** A provider package for a backend with `POST /videos` and `GET /videos/{id}`. */
function studio(url: string) {
  const authorization = `Bearer ${key}`;
  return videoModel({
    async doStart({ prompt, headers, abortSignal }) {
      const init = { method: 'POST', headers: { ...headers, authorization }, body: JSON.stringify({ prompt }) };
      const answer = await callApi(fetch, `${url}/videos`, { ...init, ...(abortSignal && { signal: abortSignal }) });
      return { operation: { taskId: answer.body['id'] }, warnings: [], response: response(answer.headers) };
    },
    async doStatus({ operation, abortSignal }) {
      const taskId = Object(operation)['taskId'];
      const init = { headers: { authorization }, ...(abortSignal && { signal: abortSignal }) };
      const answer = await callApi(fetch, `${url}/videos/${taskId}`, init);
      const { state, url: video, error } = answer.body;
      const told = { response: response(answer.headers) };
      if (state === 'failed') return { status: 'error', error: `Video generation failed: ${error}`, ...told };
      if (state === 'canceled') return { status: 'error', error: 'Video generation was canceled', ...told };
      if (state !== 'done') return { status: 'pending', ...told };
      return {
        status: 'completed',
        videos: [{ type: 'url', url: video, mediaType: 'video/mp4' }],
        warnings: [],
        ...told,
      };
    },
  });
}

const task = (state: string, members: object = {}) => Response.json({ id, state, ...members });

const server: AdapterTestServer = {
  submit: {
    accepted: () => task('new'),
    moderated: () => Response.json({ error: { message: 'The prompt was flagged.' } }, { status: 400 }),
    busy: () => Response.json({ error: 'The queue is full' }, { status: 503 }),
  },
  read: {
    running: () => task('working'),
    succeeded: () => task('done', { url: 'https://videos.test/1.mp4' }),
    paced: () => Response.json({ id, state: 'working' }, { headers: { 'retry-after': '9' } }),
    unknownStatus: () => task('mastering'),
    failed: () => task('failed', { error: 'Out of memory' }),
    moderated: () => task('failed', { error: 'NSFW content detected' }),
    cancelled: () => task('canceled'),
    expired: () => Response.json({ error: 'The video was deleted' }, { status: 410 }),
  },
};

// It has no phase, no stream, no cancel and no key: the kit has no requirement for these.
describe('aiSdkVideo', () => {
  testAdapter(({ url }) => aiSdkVideo(studio(url), { secrets: [key] }), {
    server,
    input: { prompt: 'a lighthouse' },
    secrets: [key],
    patienceMs: 60_000,
    it,
  });
});
