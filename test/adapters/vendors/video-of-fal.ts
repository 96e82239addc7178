import type { AiSdkVideoModel } from 'generation-lifecycle/adapters/ai-sdk';
import { callApi, type Fetch, response, videoModel } from '../../support/ai-sdk-model.js';

const queue = 'https://queue.fal.run';

/** A model of the AI SDK as its packages are written, over fal's queue. The real one is in `test/vendors`: its status is the result. */
export function videoOfFal(key: string, fetch: Fetch): AiSdkVideoModel {
  const headers = { authorization: `Key ${key}` };
  return videoModel({
    async doStart({ prompt, abortSignal }) {
      const init = { method: 'POST', headers, body: JSON.stringify({ prompt }), signal: abortSignal ?? null };
      const { body } = await callApi(fetch, `${queue}/fal-ai/film/fast`, init);
      const { status_url: statusUrl, response_url: responseUrl } = body;
      return { operation: { statusUrl, responseUrl }, warnings: [], response: response() };
    },
    async doStatus({ operation, abortSignal }) {
      const { statusUrl, responseUrl } = Object(operation);
      const init = { headers, signal: abortSignal ?? null };
      const { body: said } = await callApi(fetch, statusUrl, init);
      if (said['status'] !== 'COMPLETED') return { status: 'pending', response: response() };
      if (said['error'])
        return { status: 'error', error: `Video generation failed: ${said['error']}`, response: response() };
      const { body } = await callApi(fetch, responseUrl, init);
      const { images } = Object(body);
      const videos = [{ type: 'url', url: images[0].url, mediaType: 'video/mp4' }];
      return { status: 'completed', videos, warnings: [], response: response() };
    },
  });
}
