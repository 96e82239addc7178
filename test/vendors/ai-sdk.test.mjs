// The provider packages of the AI SDK, against doubles over real sockets.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  APICallError,
  InvalidArgumentError,
  LoadAPIKeyError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import { aiSdkVideo } from '../../dist/adapters/ai-sdk/index.js';
import { createGenerationMachine, runGeneration } from '../../dist/machines/index.js';
import { vendorScenarios } from '../../dist/testing/vendors/index.js';
import { packages } from './ai-sdk-models.mjs';
import { serve } from './serve.mjs';

/** @typedef {import('./ai-sdk-models.mjs').Scenario} Scenario */
/** @typedef {import('./ai-sdk-models.mjs').Connected} Connected */

const input = { prompt: 'a lighthouse in a storm' };
const brief = { queuedMs: 40, runningMs: 40 };
const policy = { minReadGapMs: 0, pollDelayMs: [20], readTimeoutMs: 30_000, submitTimeoutMs: 60_000 };

/**
 * Runs one generation to its end.
 *
 * @param {Connected} connected @returns {Promise<{ output?: any, failure?: any, told: string }>}
 */
async function run({ model, origins, key }) {
  const adapter = aiSdkVideo(model, { secrets: [key], ...(origins && { origins }) });
  /** @type {unknown[]} */
  const told = [];
  /** @type {{ output?: any, failure?: any }} */
  const end = await runGeneration(createGenerationMachine(adapter, { policy }), input, {
    onSnapshot: view => told.push(view),
  }).then(
    output => ({ output }),
    error => ({ failure: error.failure }),
  );
  return { ...end, told: JSON.stringify([told, end]) };
}

/** What a case comes to. `charged`: how many jobs the vendor has started. @type {[name: string, Scenario, object, charged: number][]} */
const cases = [
  ['a job that fails', { ends: 'failed' }, { code: 'job-failed' }, 1],
  ['content that is refused at the end', { ends: 'moderated' }, {}, 1],
  ['content that is refused at the submit', vendorScenarios.moderatedAtSubmit, { code: 'moderated', charged: 'no' }, 0],
  ['401', vendorScenarios.unauthorized, { code: 'unauthorized', charged: 'no' }, 0],
  ['402', vendorScenarios.noCredit, { code: 'payment-required', charged: 'no' }, 0],
  ['422', vendorScenarios.badInput, { code: 'bad-input', charged: 'no' }, 0],
  ['429', vendorScenarios.limitedSubmit, { code: 'rate-limited', charged: 'no' }, 0],
  ['500', vendorScenarios.brokenSubmit, { code: 'network', charged: 'maybe' }, 0],
  ['a lost answer', vendorScenarios.lostSubmit, { code: 'network', charged: 'maybe' }, 1],
];

for (const [name, connect] of Object.entries(packages))
  describe(name, () => {
    it('brings the video of a job, with one paid request', async context => {
      const connected = await connect(context, brief);
      const { output, told } = await run(connected);
      assert.equal(output.videos.length, 1);
      assert.match(output.videos[0].url, /^https?:\/\//);
      assert.equal(connected.posts(), 1);
      for (const secret of connected.key.split(':')) {
        assert.ok(!told.includes(secret), 'a key is in what a page could store or show');
        assert.ok(!connected.urls().join().includes(secret), 'a key is in a url');
      }
    });

    for (const [what, scenario, expected, charged] of cases)
      it(`says what ${what} may have cost, with one paid request`, async context => {
        const connected = await connect(context, { ...brief, ...scenario });
        const { failure, told } = await run(connected);
        assert.ok(failure, `it ended otherwise: ${told}`);
        for (const [member, value] of Object.entries(expected)) assert.equal(failure[member], value, failure.message);
        assert.equal(connected.posts(), 1);
        assert.equal(connected.charged(), charged);
        for (const secret of connected.key.split(':')) assert.ok(!told.includes(secret), told);
      });

    for (const status of [502, 503, 429])
      it(`goes on after reads that were answered with ${status}`, async context => {
        const faults = [{ on: /** @type {const} */ (['read', 'result']), answer: status, times: 2 }];
        const { output, failure } = await run(await connect(context, { ...brief, faults }));
        assert.equal(output?.videos.length, 1, failure?.message);
      });

    it('follows a job from its JSON, and sends nothing to where a page has pointed it', async context => {
      const connected = await connect(context, brief);
      const { model, origins, key } = connected;
      const create = () => aiSdkVideo(model, { secrets: [key], ...(origins && { origins }) });
      const { signal } = new AbortController();
      const { job } = await create().submit(input, { signal, idempotencyKey: 'k-1' });
      const stored = JSON.stringify(job);
      await create().read(JSON.parse(stored), { signal });
      const heard = [];
      const evil = await serve(context, async request => {
        heard.push(request.url);
        return Response.json({});
      });
      const moved = JSON.parse(
        stored.replaceAll(/"operation":.*\}/g, whole => whole.replaceAll(/:"[^"]*"/g, `:"${evil}/x"`)),
      );
      const before = connected.urls().length;
      await assert.rejects(create().read({ ...moved, id: job.id }, { signal }), /origins/);
      assert.deepEqual([heard.length, connected.urls().length], [0, before]);
    });
  });

for (const name of /** @type {const} */ (['@ai-sdk/fal', '@ai-sdk/replicate']))
  it(`${name}: posts the end of a job to the address of its generation`, async context => {
    const { model, hooks = [], origins, key } = await packages[name](context, brief);
    const webhookUrl = (/** @type {string} */ of) => `https://me.test/hooks/${of}`;
    const adapter = aiSdkVideo(model, { secrets: [key], webhookUrl, ...(origins && { origins }) });
    const { signal } = new AbortController();
    const { job } = await adapter.submit(input, { signal, idempotencyKey: 'k-1' });
    for (let waited = 0; hooks.length === 0 && waited < 60_000; waited += 20) await setTimeout(20);
    assert.equal(hooks[0]?.url, 'https://me.test/hooks/k-1');
    // A delivery is a hint: its body is not read.
    assert.equal((await adapter.read(job, { signal })).kind, 'succeeded');
  });

it('@ai-sdk/google: a url needs the key, and does not have it', async context => {
  const { output } = await run(await packages['@ai-sdk/google'](context, brief));
  assert.equal(output.videos[0].needsKey, true);
  assert.match(output.videos[0].url, /download\?alt=media$/);
});

it('@ai-sdk/fal: the package takes the 502 of a proxy for the end of the job, and the bridge does not', async context => {
  const faults = [{ on: /** @type {const} */ (['read', 'result']), answer: 502, times: 1 }];
  const { model } = await packages['@ai-sdk/fal'](context, { ...brief, faults });
  const call = { prompt: input.prompt, n: 1, providerOptions: {} };
  /** @type {any} */
  const options = call;
  const { operation } = (await model.doStart?.(options)) ?? {};
  const said = await model.doStatus?.({ operation: /** @type {any} */ (operation) });
  assert.equal(said?.status, 'error');
});

it('@ai-sdk/fal: a result that is gone has expired', async context => {
  const { failure } = await run(await packages['@ai-sdk/fal'](context, { ...brief, resultLivesMs: 0 }));
  assert.equal(failure.code, 'expired');
});

describe("the AI SDK's own errors", () => {
  const call = { url: 'https://api.test/videos', requestBodyValues: input };
  /** @type {[error: Error, failure: object][]} */
  const errors = [
    [new LoadAPIKeyError({ message: 'The key is missing.' }), { code: 'unauthorized', charged: 'no' }],
    [new NoSuchModelError({ modelId: 'x', modelType: 'videoModel' }), { code: 'not-found', charged: 'no' }],
    [new InvalidArgumentError({ argument: 'fps', message: 'fps is wrong' }), { code: 'bad-input', charged: 'no' }],
    [new UnsupportedFunctionalityError({ functionality: 'fps' }), { code: 'bad-input', charged: 'no' }],
    [new APICallError({ ...call, message: 'Cannot connect to API' }), { code: 'network', charged: 'maybe' }],
    [
      new APICallError({ ...call, message: 'x', statusCode: 429, responseHeaders: { 'retry-after': '9' } }),
      { code: 'rate-limited', charged: 'no', retryAfterMs: 9_000 },
    ],
  ];
  for (const [error, expected] of errors)
    it(`${error.name}: ${error.message}`, async () => {
      /** @type {import('@ai-sdk/provider').Experimental_VideoModelV4} */
      const model = {
        specificationVersion: 'v4',
        provider: 'mock.video',
        modelId: 'mock',
        maxVideosPerCall: 1,
        doStart: async () => Promise.reject(error),
        doStatus: async () => Promise.reject(error),
      };
      const { failure } = await run({ model, key: 'none', posts: () => 0, urls: () => [], charged: () => 0 });
      for (const [member, value] of Object.entries(expected)) assert.equal(failure[member], value, failure.message);
    });
});
