// fal's own client takes the double for fal.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError, createFalClient, ValidationError } from '@fal-ai/client';
import { falDouble, vendorScenarios } from '../../dist/testing/vendors/index.js';

const endpoint = 'fal-ai/flux/dev';
const input = { prompt: 'a lighthouse' };
const brief = { queuedMs: 60, runningMs: 120 };

/** @param {import('../../dist/testing/vendors/index.js').VendorScenario} scenario */
function connect(scenario) {
  const double = falDouble({ scenario, key: 'id:secret' });
  const fal = createFalClient({ credentials: 'id:secret', fetch: double.fetch, retry: { maxRetries: 0 } });
  return { double, fal };
}

describe("fal's own client", () => {
  for (const mode of ['polling', 'streaming'])
    it(`gets the result of a job by ${mode}`, async () => {
      const { double, fal } = connect({ queuedMs: 3_000, runningMs: 3_000 });
      const statuses = [];
      const lines = [];
      const result = await fal.subscribe(endpoint, {
        input,
        mode,
        pollInterval: 20,
        logs: true,
        onQueueUpdate: update => {
          statuses.push(update.status);
          for (const { message } of update.logs ?? []) lines.push(message);
        },
      });
      assert.equal(result.data.images.length, 1);
      assert.equal(result.requestId, 'fal-job-1');
      // A busy machine may miss the phases between.
      assert.equal(statuses[statuses.length - 1], 'COMPLETED');
      assert.ok(statuses.length > 1);
      assert.ok(
        lines.some(line => line.includes('%|')),
        'a bar of tqdm is in the logs',
      );
      assert.equal(double.chargedCount, 1);
      assert.equal(double.openCount, 0);
    });

  it('throws for a job that fails', async () => {
    const { fal } = connect({ ...brief, ends: 'failed' });
    await assert.rejects(fal.subscribe(endpoint, { input, pollInterval: 20 }), ApiError);
  });

  it('throws a validation error for content that is refused', async () => {
    const { fal } = connect({ ...brief, ends: 'moderated' });
    await assert.rejects(fal.subscribe(endpoint, { input, pollInterval: 20 }), error => {
      assert.ok(error instanceof ValidationError);
      assert.equal(error.fieldErrors[0]?.type, 'content_policy_violation');
      return true;
    });
  });

  it('throws for each refusal of a submit', async () => {
    for (const [name, status] of Object.entries({
      unauthorized: 401,
      noCredit: 402,
      unknownModel: 404,
      badInput: 422,
      limitedSubmit: 429,
    })) {
      const { fal, double } = connect(vendorScenarios[name]);
      await assert.rejects(fal.queue.submit(endpoint, { input }), { status });
      assert.equal(double.chargedCount, 0);
    }
  });

  it('cancels a job in the queue, and one that runs', async () => {
    for (const scenario of [{ queuedMs: 60_000 }, { queuedMs: 0, runningMs: 60_000 }]) {
      const { fal } = connect(scenario);
      const { request_id: requestId } = await fal.queue.submit(endpoint, { input });
      await fal.queue.cancel(endpoint, { requestId });
      const status = await fal.queue.status(endpoint, { requestId });
      assert.equal(status.status, 'COMPLETED');
      await assert.rejects(fal.queue.result(endpoint, { requestId }));
    }
  });
});
