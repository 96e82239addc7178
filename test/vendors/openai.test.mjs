// OpenAI's own client takes the double for OpenAI.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import OpenAI, {
  APIConnectionError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { openaiDouble, openaiImagesDouble, vendorScenarios } from '../../dist/testing/vendors/index.js';

const apiKey = 'sk-proj-of-the-double';
const secret = `whsec_${btoa('a secret of the double')}`;
const brief = { queuedMs: 200, runningMs: 800 };
const body = /** @type {const} */ ({
  model: 'gpt-5.5',
  input: 'a lighthouse',
  background: true,
  store: true,
  tools: [{ type: 'image_generation', partial_images: 2 }],
  tool_choice: { type: 'image_generation' },
});

/**
 * @param {import('../../dist/testing/vendors/index.js').VendorScenario} scenario
 * @param {Partial<import('../../dist/testing/vendors/index.js').OpenAIDoubleOptions>} options
 */
function connect(scenario, options = {}) {
  const double = openaiDouble({ scenario, key: apiKey, ...options });
  /** @type {typeof fetch} */
  const fetch = (input, init) => double.fetch(String(input), init);
  return { double, client: new OpenAI({ apiKey, webhookSecret: secret, maxRetries: 0, fetch }) };
}

/** @param {OpenAI} client @param {string} id */
async function untilOver(client, id) {
  for (;;) {
    const response = await client.responses.retrieve(id);
    if (response.status !== 'queued' && response.status !== 'in_progress') return response;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** @param {import('openai/resources/responses/responses').Response} response */
const pictureOf = response =>
  response.output.flatMap(item => (item.type === 'image_generation_call' && item.result ? item.result : []))[0];

describe("OpenAI's own client", () => {
  it('reads a response in the background to its picture', async () => {
    const { client, double } = connect(brief);
    const { id, status } = await client.responses.create(body);
    assert.equal(status, 'queued');
    const response = await untilOver(client, id);
    assert.equal(response.status, 'completed');
    assert.match(atob(pictureOf(response) ?? ''), /^\x89PNG/);
    assert.equal(response.usage?.total_tokens, 1_156);
    assert.equal(double.chargedCount, 1);
    assert.equal(double.openCount, 0);
  });

  it('follows the events of its submit to the end, with early pictures', async () => {
    const { client, double } = connect(brief);
    const stream = client.responses.stream({ ...body, tools: [...body.tools] });
    const types = [];
    for await (const { type } of stream) types.push(type.replace(/^response\./, ''));
    assert.deepEqual(types, [
      'created',
      'queued',
      'in_progress',
      'output_item.added',
      'image_generation_call.in_progress',
      'image_generation_call.generating',
      'image_generation_call.partial_image',
      'image_generation_call.partial_image',
      'image_generation_call.completed',
      'output_item.done',
      'completed',
    ]);
    assert.match(atob(pictureOf(await stream.finalResponse()) ?? ''), /the picture$/);
    assert.equal(double.chargedCount, 1);
    assert.equal(double.openCount, 0);
  });

  it('goes on with a stream after an event', async () => {
    const { client } = connect(brief);
    const first = await client.responses.create({ ...body, tools: [...body.tools], stream: true });
    let id = '';
    let last = -1;
    for await (const event of first) {
      if (event.type === 'response.created') id = event.response.id;
      last = event.sequence_number;
      if (event.type === 'response.image_generation_call.generating') break;
    }
    const numbers = [];
    const types = [];
    for await (const event of await client.responses.retrieve(id, { stream: true, starting_after: last })) {
      numbers.push(event.sequence_number);
      types.push(event.type);
    }
    assert.deepEqual(numbers, [6, 7, 8, 9, 10]);
    assert.equal(types[types.length - 1], 'response.completed');
  });

  it('sees a failure, and a refusal in words', async () => {
    const failing = connect({ ...brief, ends: 'failed' });
    const failed = await untilOver(failing.client, (await failing.client.responses.create(body)).id);
    assert.equal(failed.error?.code, 'server_error');
    const refusing = connect({ ...brief, ends: 'moderated' });
    const refused = await untilOver(refusing.client, (await refusing.client.responses.create(body)).id);
    assert.equal(pictureOf(refused), undefined);
    assert.match(refused.output_text, /content policy/);
  });

  it('throws for each refusal of a submit', async () => {
    for (const [name, type, code] of /** @type {const} */ ([
      ['unauthorized', AuthenticationError, 'invalid_api_key'],
      ['noCredit', RateLimitError, 'insufficient_quota'],
      ['unknownModel', NotFoundError, 'model_not_found'],
      ['badInput', BadRequestError, 'missing_required_parameter'],
      ['moderatedAtSubmit', BadRequestError, 'moderation_blocked'],
      ['limitedSubmit', RateLimitError, 'rate_limit_exceeded'],
      ['brokenSubmit', InternalServerError, null],
    ])) {
      const { client, double } = connect(vendorScenarios[name]);
      await assert.rejects(client.responses.create(body), error => {
        assert.ok(error instanceof type, name);
        assert.equal(error.code, code);
        return true;
      });
      assert.equal(double.chargedCount, 0);
    }
    await assert.rejects(connect(vendorScenarios.lostSubmit).client.responses.create(body), APIConnectionError);
  });

  it('cancels a job in the queue, and one that runs, and leaves one that is over', async () => {
    for (const [scenario, status] of /** @type {const} */ ([
      [{ queuedMs: 60_000 }, 'cancelled'],
      [{ queuedMs: 0, runningMs: 60_000 }, 'cancelled'],
      [{ queuedMs: 0, runningMs: 60_000, stopsAfterMs: 60_000 }, 'in_progress'],
      [{ queuedMs: 0, runningMs: 0 }, 'completed'],
    ])) {
      const { client } = connect(scenario);
      const { id } = await client.responses.create(body);
      assert.equal((await client.responses.cancel(id)).status, status);
      assert.equal((await client.responses.retrieve(id)).status, status);
    }
  });

  it('unwraps deliveries, and not those that are forged', async () => {
    for (const [webhook, ends, type] of /** @type {const} */ ([
      ['once', 'succeeded', 'response.completed'],
      ['once', 'failed', 'response.failed'],
      ['forged', 'succeeded', undefined],
    ])) {
      /** @type {Promise<{ request: Request, client: OpenAI }>} */
      const delivery = new Promise(resolve => {
        /** @type {{ client?: OpenAI }} */
        const made = {};
        const { client } = connect(
          { ...brief, webhook, ends },
          {
            webhook: { url: 'https://me.test/hook', secret },
            deliver: async request => {
              if (made.client) resolve({ request, client: made.client });
              return new Response();
            },
          },
        );
        made.client = client;
        void client.responses.create(body);
      });
      const { request, client } = await delivery;
      const unwrapped = client.webhooks.unwrap(await request.text(), request.headers);
      if (type === undefined) await assert.rejects(unwrapped);
      else {
        const event = await unwrapped;
        assert.equal(event.type, type);
        assert.ok('id' in event.data && event.data.id === 'openai-job-1');
      }
    }
  });
});

describe("OpenAI's own client, for images", () => {
  const prompt = 'a lighthouse';
  const model = 'gpt-image-2';

  /** @param {import('../../dist/testing/vendors/index.js').VendorScenario} scenario */
  function connectImages(scenario) {
    const double = openaiImagesDouble({ scenario, key: apiKey });
    /** @type {typeof fetch} */
    const fetch = (input, init) => double.fetch(String(input), init);
    return { double, client: new OpenAI({ apiKey, maxRetries: 0, fetch }) };
  }

  it('follows the answer to its submit', async () => {
    const { client, double } = connectImages(brief);
    const types = [];
    let data = '';
    for await (const event of await client.images.generate({ model, prompt, stream: true, partial_images: 2 })) {
      types.push(event.type);
      data = event.b64_json;
      if (event.type === 'image_generation.completed') assert.equal(event.usage.total_tokens, 1_106);
      else assert.equal(event.partial_image_index, types.length - 1);
    }
    const early = 'image_generation.partial_image';
    assert.deepEqual(types, [early, early, 'image_generation.completed']);
    assert.match(atob(data), /the picture$/);
    assert.equal(double.chargedCount, 1);
    assert.equal(double.openCount, 0);
  });

  it('edits a picture, which it sends as a form', async () => {
    const { client, double } = connectImages(brief);
    const image = new File([new Uint8Array([1, 2, 3])], 'a.png', { type: 'image/png' });
    const types = [];
    for await (const { type } of await client.images.edit({ model, prompt, image, stream: true, partial_images: 1 }))
      types.push(type);
    assert.deepEqual(types, ['image_edit.partial_image', 'image_edit.completed']);
    assert.equal(double.chargedCount, 1);
  });

  it('gets a picture without a stream', async () => {
    const { client } = connectImages(brief);
    const { data } = await client.images.generate({ model, prompt });
    assert.match(atob(data?.[0]?.b64_json ?? ''), /^\x89PNG/);
  });

  it('throws for a failure within the stream', async () => {
    for (const [ends, code] of /** @type {const} */ ([
      ['failed', 'server_error'],
      ['moderated', 'moderation_blocked'],
    ])) {
      const { client } = connectImages({ ...brief, ends });
      const stream = await client.images.generate({ model, prompt, stream: true });
      await assert.rejects(
        async () => {
          for await (const _ of stream);
        },
        { code },
      );
    }
  });
});
