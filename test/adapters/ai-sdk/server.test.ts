import { createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { type AiSdkVideoInput, type AiSdkVideoOutput, aiSdkVideo } from 'generation-lifecycle/adapters/ai-sdk';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer } from 'generation-lifecycle/server';
import { falDouble, vendorScenarios } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it } from 'vitest';
import { base, secret, userOf } from '../../support/server-half.js';
import { videoOfFal } from '../vendors/video-of-fal.js';

const key = 'id:the-vendor-key';
const policy = { pollDelayMs: [20], minReadGapMs: 10 };

/** A page whose server has a model of the AI SDK. */
function connect(scenario: object) {
  const double = falDouble({ scenario: { queuedMs: 20, runningMs: 20, ...scenario }, key });
  const { handle } = createGenerationServer({
    secrets: secret,
    authorize: userOf,
    log: () => undefined,
    backends: {
      image: {
        adapter: aiSdkVideo(videoOfFal(key, double.fetch), { secrets: [key], origins: ['https://queue.fal.run'] }),
        input: (wish): AiSdkVideoInput => ({ prompt: String(Object(wish)['prompt']), duration: 5 }),
      },
    },
  });
  const answers: string[] = [];
  const page = remoteBackend<{ prompt: string }, AiSdkVideoOutput>({
    baseUrl: base,
    headers: { authorization: 'Bearer ada' },
    async fetch(url, init) {
      const response = await handle(new Request(url, init));
      answers.push(await response.clone().text());
      return response;
    },
  });
  const run = () => runGeneration(createGenerationMachine(page, { policy }), { prompt: 'a lighthouse' });
  return { double, run, answers };
}

describe('aiSdkVideo behind the server half', () => {
  it('brings a video to a page, which sees neither the key nor the operation', async () => {
    const { double, run, answers } = connect({});
    expect(await run()).toMatchObject({ videos: [{ mediaType: 'video/mp4' }] });
    expect(double.chargedCount).toBe(1);
    expect(answers.join()).not.toMatch(/the-vendor-key|queue\.fal|statusUrl/);
  });

  it('tells a page that a submit whose answer was lost may be charged', async () => {
    const { double, run } = connect(vendorScenarios.lostSubmit);
    await expect(run()).rejects.toMatchObject({ failure: { charged: 'maybe' } });
    expect(double.chargedCount).toBe(1);
  });
});
