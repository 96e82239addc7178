// Gradio's own client takes the double for an app.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Client } from '@gradio/client';
import { gradioDouble, vendorScenarios } from '../../dist/testing/vendors/index.js';
import { serve } from './serve.mjs';

const input = { prompt: 'a lighthouse' };
const brief = { queuedMs: 60, runningMs: 400 };

/**
 * @param {import('node:test').TestContext} context
 * @param {import('../../dist/testing/vendors/index.js').VendorScenario} scenario
 * @param {`hf_${string}`} [token] of a private app
 */
async function connect(context, scenario, token) {
  // The address is known when it is served, and a double is told where it is.
  /** @type {ReturnType<typeof gradioDouble> | undefined} */
  let served;
  const url = await serve(context, async request => (served ? served.fetch(request) : new Response()));
  const double = gradioDouble({ scenario, baseUrl: url, ...(token && { key: token }) });
  served = double;
  const app = await Client.connect(url, { events: ['data', 'status'], ...(token && { token }) });
  context.after(() => app.close());
  return { app, double, url };
}

/** @param {AsyncIterable<import('@gradio/client').GradioEvent>} job */
async function eventsOf(job) {
  const events = [];
  for await (const event of job) events.push(event);
  return events;
}

describe("Gradio's own client", () => {
  it('reads the functions and parameters of the app', async context => {
    const { app } = await connect(context, brief);
    const { named_endpoints: named } = await app.view_api();
    assert.deepEqual(
      named['/generate']?.parameters.map(({ parameter_name }) => parameter_name),
      // It puts the state where the function has it.
      ['prompt', 'steps', null],
    );
  });

  it('gets the picture of a job of a private app, whose bytes are there', async context => {
    const { app, double, url } = await connect(context, brief, 'hf_token');
    const { data } = await app.predict('/generate', input);
    const [picture] = /** @type {{ url: string }[]} */ (data);
    assert.ok(picture?.url.startsWith(`${url}/gradio_api/file=/tmp/gradio/`));
    assert.equal((await fetch(picture.url)).status, 200);
    assert.equal(double.chargedCount, 1);
    assert.equal(double.openCount, 0);
  });

  it('hears the place in the queue, the progress, and pictures whose changes it puts together', async context => {
    const { app } = await connect(context, { ...brief, queuedMs: 150 });
    const events = await eventsOf(app.submit('/generate', input));
    const statuses = events.flatMap(event => (event.type === 'status' ? event : []));
    assert.ok(statuses.some(({ position }) => position === 0));
    assert.ok(statuses.some(({ progress_data: progress }) => progress?.[0]?.index === 5));
    assert.ok(statuses.some(({ stage }) => stage === 'generating'));
    assert.equal(statuses[statuses.length - 1]?.stage, 'complete');
    const shown = events.flatMap(event => (event.type === 'data' ? [Object(event.data[0])] : []));
    // It has one object for all previews, and it is the last one by now.
    assert.deepEqual(
      shown.map(({ path }) => path.slice('/tmp/gradio/'.length)),
      ['preview-15.png', 'preview-15.png', 'preview-15.png', 'gradio-job-1.png'],
    );
    assert.ok(shown.every(({ path, url }) => url.endsWith(path)));
  });

  it('hears of a job that fails, also if the app says no reason', async context => {
    for (const [ends, message] of /** @type {const} */ ([
      ['failed', 'An error occurred'],
      ['moderated', 'The prompt was flagged by the safety checker.'],
    ])) {
      const { app } = await connect(context, { ...brief, ends });
      const events = await eventsOf(app.submit('/generate', input));
      const last = events[events.length - 1];
      assert.ok(last?.type === 'status');
      assert.equal(last.stage, 'error');
      assert.equal(last.message, message);
    }
  });

  it('hears of each refusal of a submit', async context => {
    const full = /** @type {const} */ ({ faults: [{ on: 'submit', answer: 503 }] });
    for (const scenario of [
      full,
      vendorScenarios.badInput,
      vendorScenarios.moderatedAtSubmit,
      vendorScenarios.limitedSubmit,
    ]) {
      const { app, double } = await connect(context, scenario);
      const events = await eventsOf(app.submit('/generate', input));
      const last = events[events.length - 1];
      assert.ok(last?.type === 'status');
      assert.equal(last.stage, 'error');
      assert.equal(double.chargedCount, 0);
    }
  });

  it('uploads a file, and sends its path', async context => {
    const { app } = await connect(context, brief);
    const { files = [] } = await app.upload_files(String(app.config?.root), [new File(['bytes'], 'fog.png')]);
    assert.deepEqual(files, ['/tmp/gradio/upload-0/fog.png']);
  });

  it('cancels a job in the queue, and one that runs', async context => {
    for (const scenario of [
      { queuedMs: 900, runningMs: 60_000 },
      { queuedMs: 0, runningMs: 4_000 },
    ]) {
      const { app, double } = await connect(context, scenario);
      const job = app.submit('/generate', input);
      const events = eventsOf(job);
      await job.wait_for_id();
      await job.cancel();
      const told = await events;
      assert.ok(!told.some(event => event.type === 'data' && event.data?.length));
      assert.equal(double.openCount, 0);
    }
  });

  it('is told that its session is gone once it has left the stream', async context => {
    const { app, double, url } = await connect(context, { queuedMs: 60_000 });
    const job = app.submit('/generate', input);
    void job.next();
    await job.wait_for_id();
    while (double.openCount === 0) await new Promise(resolve => setImmediate(resolve));
    app.close();
    while (double.openCount > 0) await new Promise(resolve => setImmediate(resolve));
    const again = await fetch(`${url}/gradio_api/queue/data?session_hash=${app.session_hash}`);
    assert.match(await again.text(), /"session_not_found":true/);
  });
});
