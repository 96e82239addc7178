// A client that others have written takes the double for ComfyUI, over real requests and a real WebSocket.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CallWrapper, ComfyApi, PromptBuilder } from '@saintno/comfyui-sdk';
import { comfyuiDouble } from '../../dist/testing/vendors/index.js';
import { serve, serveSockets } from './serve.mjs';

const graph = {
  3: { class_type: 'KSampler', inputs: { seed: 1 } },
  9: { class_type: 'SaveImage', inputs: { images: ['3', 0] } },
};
const prompt = () => new PromptBuilder(graph, [], ['images']).setOutputNode('images', '9');
const brief = { queuedMs: 500, runningMs: 2_000 };

/**
 * @param {import('node:test').TestContext} context
 * @param {import('../../dist/testing/vendors/index.js').VendorScenario} scenario
 */
async function connect(context, scenario) {
  const double = comfyuiDouble({ scenario });
  const url = await serve(context, double.fetch, serveSockets(context, double.webSocket));
  const api = new ComfyApi(url);
  context.after(() => api.destroy());
  await api.init().waitForReady();
  return { double, api };
}

/** @param {ComfyApi} api */
function run(api) {
  /** @type {{ pending: number, progress: number[], previews: { size: number, type: string }[], failed: Error | undefined }} */
  const seen = { pending: 0, progress: [], previews: [], failed: undefined };
  const call = new CallWrapper(api, prompt())
    .onPending(() => {
      seen.pending += 1;
    })
    .onProgress(({ value }) => seen.progress.push(Number(value)))
    .onPreview(({ size, type }) => seen.previews.push({ size, type }))
    .onFailed(error => {
      seen.failed ??= error;
    });
  return { seen, result: call.run() };
}

describe('@saintno/comfyui-sdk', () => {
  it('runs a workflow to its files, with the progress and pictures', async context => {
    const { api, double } = await connect(context, brief);
    const { seen, result } = run(api);
    const output = await result;
    assert.equal(seen.failed, undefined);
    assert.ok(output);
    assert.equal(output.images.images[0].filename, 'ComfyUI_00001_.png');
    assert.equal(seen.pending, 1);
    assert.ok(seen.progress.length > 0);
    assert.ok(seen.previews.length > 0 && seen.previews.every(({ size }) => size > 8));
    assert.equal(double.chargedCount, 1);
  });

  it('hears why a job has failed', async context => {
    const { api } = await connect(context, { ...brief, ends: 'failed' });
    const { seen, result } = run(api);
    assert.equal(await result, false);
    assert.match(JSON.stringify(seen.failed?.cause), /KSampler/);
  });

  it('is refused with the nodes that are wrong', async context => {
    const { api } = await connect(context, { faults: [{ on: 'submit', answer: 422 }] });
    const { seen, result } = run(api);
    await result;
    assert.match(JSON.stringify(seen.failed?.cause), /Required input is missing/);
  });

  it('hears that a job was interrupted', async context => {
    const { api } = await connect(context, { queuedMs: 500, runningMs: 8_000 });
    const started = new Promise(resolve => api.on('execution_start', resolve));
    const { seen, result } = run(api);
    await started;
    await api.interrupt();
    assert.equal(await result, false);
    assert.match(String(seen.failed), /interrupted/i);
  });

  it('sees the queue and the history, and takes a job out of the queue', async context => {
    const { api } = await connect(context, { queuedMs: 60_000 });
    const { prompt_id: id } = await api.appendPrompt(graph);
    const before = await api.getQueue();
    assert.ok(before.queue_pending.some(item => item[1] === id));
    await api.manageQueue({ delete: [id] });
    const after = await api.getQueue();
    assert.ok(!after.queue_pending.some(item => item[1] === id));
    assert.equal(await api.getHistory(id), undefined);
  });
});
