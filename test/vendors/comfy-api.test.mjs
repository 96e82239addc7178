// Comfy's own client takes the double for the Comfy API v2.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Comfy, InsufficientCredits, InvalidWorkflow, JobFailed, NotFound, Unauthorized } from '@comfyorg/sdk';
import { ComfyLow } from '@comfyorg/sdk/low';
import { comfyApiDouble, vendorScenarios } from '../../dist/testing/vendors/index.js';

const graph = { 3: { class_type: 'KSampler', inputs: { seed: 1 } }, 9: { class_type: 'SaveImage', inputs: {} } };
const apiKey = 'comfyui-key';
const brief = { queuedMs: 300, runningMs: 1_200 };

/** @param {import('../../dist/testing/vendors/index.js').VendorScenario} scenario */
function connect(scenario) {
  const double = comfyApiDouble({ scenario, key: apiKey });
  /** @type {typeof fetch} */
  const fetch = (input, init) => double.fetch(String(input), init);
  return {
    double,
    comfy: new Comfy({ apiKey, fetch }),
    low: new ComfyLow('https://cloud.comfy.org', apiKey, { fetch }),
  };
}

describe("Comfy's own client", () => {
  it('gets the outputs of a job', async () => {
    const { comfy, double } = connect(brief);
    const job = await comfy.run(comfy.workflows.fromJson(graph));
    assert.equal(job.status, 'succeeded');
    const [output] = job.getOutputs('9');
    assert.equal(output?.name, 'ComfyUI_00001_.png');
    assert.equal(double.chargedCount, 1);
    assert.equal(double.openCount, 0);
  });

  it('follows the events of a job to its end', async () => {
    const { comfy, double } = connect(brief);
    const job = await comfy.submit(comfy.workflows.fromJson(graph));
    const kinds = new Set();
    const statuses = [];
    for await (const event of job.events()) {
      kinds.add(event.kind);
      if (event.kind === 'statusChange') statuses.push(event.status);
      if (event.kind === 'preview') assert.ok(event.data.length > 4);
    }
    assert.deepEqual([...kinds].sort(), ['preview', 'progress', 'statusChange']);
    assert.equal(statuses[statuses.length - 1], 'succeeded');
    assert.equal(double.openCount, 0);
  });

  it('throws for a job that fails, with its node', async () => {
    const { comfy } = connect({ ...brief, ends: 'failed' });
    await assert.rejects(comfy.run(comfy.workflows.fromJson(graph)), error => {
      assert.ok(error instanceof JobFailed);
      assert.match(JSON.stringify(error), /KSampler/);
      return true;
    });
  });

  it('throws for each refusal of a submit', async () => {
    for (const [name, type] of Object.entries({
      unauthorized: Unauthorized,
      noCredit: InsufficientCredits,
      unknownModel: NotFound,
      badInput: InvalidWorkflow,
    })) {
      const { comfy, double } = connect(vendorScenarios[name]);
      await assert.rejects(comfy.submit(comfy.workflows.fromJson(graph)), type);
      assert.equal(double.chargedCount, 0);
    }
  });

  it('is refused if it sends a key again', async () => {
    const { low, double } = connect(brief);
    await low.postJobs(graph, { idempotencyKey: 'k-1' });
    await assert.rejects(low.postJobs(graph, { idempotencyKey: 'k-1' }), { code: 'idempotency_key_reuse' });
    assert.equal(double.chargedCount, 1);
  });

  it('cancels a job in the queue, and one that runs, and leaves one that is over', async () => {
    for (const [scenario, status] of /** @type {const} */ ([
      [{ queuedMs: 60_000 }, 'canceled'],
      [{ queuedMs: 0, runningMs: 60_000 }, 'canceled'],
      [{ queuedMs: 0, runningMs: 60_000, stopsAfterMs: 60_000 }, 'canceling'],
      [{ queuedMs: 0, runningMs: 0 }, 'succeeded'],
    ])) {
      const { comfy } = connect(scenario);
      const job = await comfy.submit(comfy.workflows.fromJson(graph));
      await job.cancel();
      assert.equal(job.status, status);
      assert.equal((await comfy.jobs.get(job.id)).status, status);
    }
  });
});
