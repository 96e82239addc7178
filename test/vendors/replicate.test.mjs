// Replicate's own client takes the double for Replicate.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Replicate from 'replicate';
import { replicateDouble, vendorScenarios } from '../../dist/testing/vendors/index.js';

const input = { prompt: 'a lighthouse' };
const brief = { queuedMs: 60, runningMs: 120 };
const version = 'a'.repeat(64);
const poll = /** @type {const} */ ({ mode: 'poll', interval: 20 });

/** @param {import('../../dist/testing/vendors/index.js').VendorScenario} scenario */
function connect(scenario, deliver = async (/** @type {Request} */ _request) => new Response()) {
  const double = replicateDouble({ scenario, key: 'r8_token', deliver });
  const replicate = new Replicate({ auth: 'r8_token', fetch: double.fetch, useFileOutput: false });
  return { double, replicate };
}

describe("Replicate's own client", () => {
  for (const wait of [poll, /** @type {const} */ ({ mode: 'block', timeout: 60 })])
    it(`gets the output of a job: ${wait.mode}`, async () => {
      const { double, replicate } = connect({ queuedMs: 500, runningMs: 1_500 });
      const seen = [];
      const output = await replicate.run(`owner/model:${version}`, { input, wait }, prediction => {
        seen.push(prediction);
      });
      assert.match(String(output), /^https:\/\/replicate\.delivery\//);
      const last = seen[seen.length - 1];
      assert.equal(last.status, 'succeeded');
      assert.deepEqual(last.input, input);
      assert.equal(last.version, version);
      assert.equal(last.metrics.predict_time, 1.5);
      assert.equal(Replicate.parseProgressFromLogs(last)?.percentage, 1);
      assert.equal(double.chargedCount, 1);
      assert.equal(double.openCount, 0);
      assert.equal(double.requests.length === 1, wait.mode === 'block');
    });

  it('gets an incomplete prediction if it waits for less', async () => {
    const { replicate } = connect({ queuedMs: 0, runningMs: 60_000 });
    const prediction = await replicate.predictions.create({ model: 'owner/model', input, wait: 1 });
    assert.equal(prediction.status, 'processing');
    assert.equal(prediction.output, null);
    assert.equal(prediction.model, 'owner/model');
  });

  it('starts a deployment', async () => {
    const { replicate } = connect(brief);
    const prediction = await replicate.deployments.predictions.create('acme', 'pictures', { input });
    assert.equal(prediction.status, 'starting');
    assert.equal((await replicate.wait(prediction, { interval: 20 })).status, 'succeeded');
  });

  it('throws for a job that fails, and for content that is refused', async () => {
    for (const [ends, words] of Object.entries({ failed: /out of memory/, moderated: /flagged as sensitive/ })) {
      const { replicate } = connect({ ...brief, ends: /** @type {'failed' | 'moderated'} */ (ends) });
      await assert.rejects(replicate.run('owner/model', { input, wait: poll }), words);
    }
  });

  it('throws for each refusal of a submit', async () => {
    for (const [name, status] of Object.entries({
      unauthorized: 401,
      noCredit: 402,
      unknownModel: 404,
      badInput: 422,
      moderatedAtSubmit: 422,
      brokenSubmit: 500,
    })) {
      const { replicate, double } = connect(vendorScenarios[name]);
      await assert.rejects(replicate.predictions.create({ model: 'owner/model', input }), error => {
        assert.equal(error.response.status, status);
        return true;
      });
      assert.equal(double.chargedCount, 0);
    }
  });

  it('waits for a limit, and reads again after an outage', async () => {
    const { replicate, double } = connect({
      ...brief,
      faults: [
        { on: 'submit', answer: 429, retryAfter: 0, times: 1 },
        { on: 'read', answer: 502, times: 1 },
      ],
    });
    await replicate.run('owner/model', { input, wait: poll });
    assert.equal(double.chargedCount, 1);
  });

  it('cancels a job in the queue, and one that runs, and leaves one that is over', async () => {
    for (const [scenario, status] of /** @type {const} */ ([
      [{ queuedMs: 60_000 }, 'canceled'],
      [{ queuedMs: 0, runningMs: 60_000 }, 'canceled'],
      [{ queuedMs: 0, runningMs: 0 }, 'succeeded'],
    ])) {
      const { replicate } = connect(scenario);
      const { id } = await replicate.predictions.create({ model: 'owner/model', input });
      assert.equal((await replicate.predictions.cancel(id)).status, status);
      assert.equal((await replicate.predictions.get(id)).status, status);
    }
  });

  it('sees that a cancel takes its time', async () => {
    const { replicate } = connect({ queuedMs: 0, runningMs: 60_000, stopsAfterMs: 60 });
    const { id } = await replicate.predictions.create({ model: 'owner/model', input });
    const cancelled = await replicate.predictions.cancel(id);
    assert.equal(cancelled.status, 'processing');
    assert.equal((await replicate.wait(cancelled, { interval: 20 })).status, 'canceled');
  });

  it('sees that a result has been removed', async () => {
    const { replicate } = connect({ queuedMs: 0, runningMs: 0, resultLivesMs: 0 });
    const { id } = await replicate.predictions.create({ model: 'owner/model', input });
    const prediction = await replicate.predictions.get(id);
    assert.equal(prediction.status, 'succeeded');
    assert.equal(prediction.data_removed, true);
    assert.equal(prediction.output, null);
  });

  it('validates deliveries, and not those that are forged', async () => {
    for (const [webhook, isValid] of /** @type {const} */ ([
      ['once', true],
      ['forged', false],
    ])) {
      /** @type {Promise<Request>} */
      const delivery = new Promise(resolve => {
        const { replicate } = connect({ ...brief, webhook }, async request => {
          resolve(request);
          return new Response();
        });
        void replicate.predictions.create({ model: 'owner/model', input, webhook: 'https://me.test/hook' });
      });
      const { replicate } = connect({});
      const { key } = await replicate.webhooks.default.secret.get();
      assert.equal(await Replicate.validateWebhook(await delivery, key), isValid);
    }
  });
});
