// The AI SDK's client takes the double for the API of Black Forest Labs. They have no client of their own.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { createBlackForestLabs } from '@ai-sdk/black-forest-labs';
import { blackForestLabsDouble, vendorScenarios } from '../../dist/testing/vendors/index.js';

const brief = { queuedMs: 60, runningMs: 120 };
/** @type {any} */
const picture = { prompt: 'a lighthouse', n: 1, providerOptions: {}, files: undefined, mask: undefined };
/** @type {any} */
const film = { prompt: 'a lighthouse', n: 1, providerOptions: {} };

/** @param {import('../../dist/testing/vendors/index.js').VendorScenario} scenario */
function connect(scenario, deliver = async (/** @type {Request} */ _request) => new Response()) {
  const double = blackForestLabsDouble({ scenario, key: 'bfl_key', deliver });
  const flux = createBlackForestLabs({ apiKey: 'bfl_key', fetch: double.fetch, pollIntervalMillis: 20 });
  return { double, flux };
}

describe("the AI SDK's client", () => {
  it('gets a picture, with the key for the region that works on it', async () => {
    const { double, flux } = connect(brief);
    const { images, providerMetadata } = await flux.image('flux-2-pro').doGenerate(picture);
    assert.equal(images[0]?.length, 4);
    const [told] = /** @type {any} */ (providerMetadata).blackForestLabs.images;
    assert.equal(told.cost, 3);
    assert.equal(told.seed, 41);
    assert.ok(told.duration > 0);
    assert.ok(double.requests.some(({ url }) => url.startsWith('https://api.eu2.bfl.ai/v1/get_result?id=')));
    assert.deepEqual([double.chargedCount, double.openCount], [1, 0]);
  });

  it('follows a video', async () => {
    const { flux } = connect({ queuedMs: 0, runningMs: 120 });
    const model = flux.video('flux-3-video');
    const { operation } = /** @type {any} */ (await model.doStart(film));
    const statuses = [];
    for (let read = 0; read < 200 && statuses[statuses.length - 1] !== 'completed'; read += 1) {
      const said = await model.doStatus({ operation });
      statuses.push(said.status);
      if (said.status === 'completed')
        assert.match(String(/** @type {any} */ (said).videos[0].url), /sample\.jpeg\?se=/);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    assert.equal(statuses[0], 'pending');
    assert.equal(statuses[statuses.length - 1], 'completed');
  });

  for (const [name, words] of Object.entries({
    failed: /"Error": .*out of memory/,
    moderated: /"Content Moderated": .*Derivative Works Filter/,
    expired: /"Task not found"/,
  }))
    it(`knows the status of a job that has ended: ${name}`, async () => {
      const { flux } = connect({ ...vendorScenarios[name], queuedMs: 0, runningMs: 0 });
      const model = flux.video('flux-3-video');
      const { operation } = /** @type {any} */ (await model.doStart(film));
      const said = /** @type {any} */ (await model.doStatus({ operation }));
      assert.equal(said.status, 'error');
      assert.match(said.error, words);
    });

  it('throws for each refusal of a submit', async () => {
    for (const [name, statusCode] of Object.entries({
      unauthorized: 401,
      noCredit: 402,
      unknownModel: 404,
      badInput: 422,
      limitedSubmit: 429,
      brokenSubmit: 500,
    })) {
      const { flux, double } = connect(vendorScenarios[name]);
      await assert.rejects(flux.image('flux-2-pro').doGenerate(picture), { statusCode });
      assert.equal(double.chargedCount, 0);
    }
  });

  it('asks for deliveries, which are signed with its secret', async () => {
    for (const webhook of /** @type {const} */ (['once', 'forged'])) {
      /** @type {Promise<Request>} */
      const delivery = new Promise(resolve => {
        const { flux } = connect({ ...brief, webhook }, async request => {
          resolve(request);
          return new Response();
        });
        const blackForestLabs = { webhookUrl: 'https://me.test/hook', webhookSecret: 'our-secret' };
        // The client wants a place to read, which an answer to a submit with a webhook does not have.
        const lost = flux.image('flux-2-pro').doGenerate({ ...picture, providerOptions: { blackForestLabs } });
        void lost.catch(() => undefined);
      });
      const request = await delivery;
      const signature = createHmac('sha256', 'our-secret')
        .update(await request.text())
        .digest('hex');
      assert.equal(request.headers.get('x-bfl-signature') === `sha256=${signature}`, webhook === 'once');
    }
  });
});
