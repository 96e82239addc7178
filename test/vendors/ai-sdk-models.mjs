import { createFal } from '@ai-sdk/fal';
import { createGoogle } from '@ai-sdk/google';
import { createReplicate } from '@ai-sdk/replicate';
import { falDouble, replicateDouble } from '../../dist/testing/vendors/index.js';
import { serve } from './serve.mjs';

/** @typedef {import('../../dist/testing/vendors/index.js').VendorScenario} Scenario */
/** @typedef {import('../../dist/adapters/ai-sdk/index.js').AiSdkVideoModel} Model */
/** A model of a real package, whose backend is a double on this machine.
 * @typedef {{ model: Model, origins?: string[], hooks?: Request[], key: string, posts: () => number, urls: () => string[], charged: () => number }} Connected */

const video = { url: 'https://v3.fal.media/files/film.mp4', content_type: 'video/mp4', width: 1280, height: 720 };

/** Keeps the deliveries of webhooks. @param {Request[]} hooks */
const toDeliver = hooks => async (/** @type {Request} */ request) => {
  hooks.push(request);
  return new Response();
};

/** @param {import('node:test').TestContext} context @param {Scenario} scenario @returns {Promise<Connected>} */
async function fal(context, scenario) {
  const key = 'fal-key-id:fal-key-secret';
  /** @type {Request[]} */
  const hooks = [];
  const deliver = toDeliver(hooks);
  const double = falDouble({ scenario: { output: { video, seed: 7 }, ...scenario }, key, deliver });
  const at = await serve(context, double.fetch);
  // The package has no option for the address of the queue.
  const { video: create } = createFal({
    apiKey: key,
    fetch: (url, init) => fetch(String(url).replace('https://queue.fal.run', at), init),
  });
  return {
    model: create('luma-ray-2'),
    hooks,
    key,
    posts: () => double.requests.filter(({ method }) => method === 'POST').length,
    urls: () => double.requests.map(({ url }) => url),
    charged: () => double.chargedCount,
  };
}

/** @param {import('node:test').TestContext} context @param {Scenario} scenario @returns {Promise<Connected>} */
async function replicate(context, scenario) {
  const key = 'r8_replicate-token';
  /** @type {(request: Request) => Promise<Response>} */
  let answer = () => Promise.reject(new Error('The double is not there yet.'));
  const at = await serve(context, request => answer(request));
  const film = 'https://replicate.delivery/xezq/film.mp4';
  /** @type {Request[]} */
  const hooks = [];
  const deliver = toDeliver(hooks);
  const double = replicateDouble({ scenario: { output: film, ...scenario }, key, deliver, baseUrl: `${at}/v1` });
  answer = double.fetch;
  return {
    model: createReplicate({ apiToken: key, baseURL: `${at}/v1` }).video('owner/film'),
    origins: [at],
    hooks,
    key,
    posts: () => double.requests.filter(({ method }) => method === 'POST').length,
    urls: () => double.requests.map(({ url }) => url),
    charged: () => double.chargedCount,
  };
}

/**
 * The operations of Veo, as far as the package reads them. Google's answers are described in the Gemini API's guide to video generation.
 *
 * @param {import('node:test').TestContext} context @param {Scenario} scenario @returns {Promise<Connected>}
 */
async function google(context, scenario) {
  const key = 'AIza-the-key-of-google';
  const name = 'models/veo-3.1/operations/o1';
  /** @type {Request[]} */
  const requests = [];
  let charged = 0;
  let reads = 0;
  const faults = scenario.faults ?? [];
  /** @param {number} code @param {string} message */
  const refuse = (code, message) => Response.json({ error: { code, message, status: 'REFUSED' } }, { status: code });
  const address = await serve(context, async request => {
    requests.push(request);
    const isPost = request.method === 'POST';
    if (request.headers.get('x-goog-api-key') !== key) return refuse(401, 'API key not valid.');
    const { pathname } = new URL(request.url);
    const fault = faults.find(({ on }) => [on].flat().includes('submit'))?.answer;
    if (isPost) {
      if (typeof fault === 'number') return refuse(fault, `Refused with ${fault}`);
      if (fault === 'moderated') return refuse(400, 'The prompt violates our content policy.');
      charged += 1;
      if (fault === 'lost') throw new Error('lost');
      return Response.json({ name });
    }
    if (pathname !== `/v1beta/${name}`) return refuse(404, 'Not found');
    reads += 1;
    const readFault = faults.find(({ on }) => [on].flat().includes('read'));
    if (typeof readFault?.answer === 'number' && reads <= 2)
      return new Response('<html>', { status: readFault.answer });
    if (reads < 3) return Response.json({ name, done: false });
    if (scenario.ends === 'failed')
      return Response.json({ name, done: true, error: { code: 13, message: 'Internal' } });
    if (scenario.ends === 'moderated') {
      return Response.json({
        name,
        done: true,
        error: { code: 3, message: 'The content was blocked by the safety filter' },
      });
    }
    const uri = `${address}/v1beta/files/f1:download?alt=media`;
    return Response.json({
      name,
      done: true,
      response: { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } },
    });
  });
  const provider = createGoogle({ apiKey: key, baseURL: `${address}/v1beta` });
  return {
    model: provider.video('veo-3.1'),
    key,
    posts: () => requests.filter(({ method }) => method === 'POST').length,
    urls: () => requests.map(({ url }) => url),
    charged: () => charged,
  };
}

export const packages = { '@ai-sdk/fal': fal, '@ai-sdk/replicate': replicate, '@ai-sdk/google': google };
