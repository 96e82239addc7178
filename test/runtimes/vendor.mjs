import { fal } from 'generation-lifecycle/adapters/fal';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import { runtime } from './runtime.mjs';

/** @typedef {{ prompt: string }} Wish */
/** @typedef {{ images: { url: string }[] }} Pictures */

const picture = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>');

/**
 * A double of fal behind the runtime's own server: its adapter, what was paid, and how to end it.
 *
 * @param {import('generation-lifecycle/testing/vendors').VendorScenario} [scenario]
 */
export async function startVendor(scenario) {
  /** @type {import('./runtime.mjs').Handle} */
  let answer = async () => new Response(null, { status: 503 });
  const { port, close } = await runtime.listen(request => answer(request));
  const origin = `http://127.0.0.1:${port}`;
  const output = { images: [{ url: `${origin}/picture.svg` }] };
  const double = falDouble({ baseUrl: origin, scenario: { queuedMs: 300, runningMs: 900, output, ...scenario } });
  answer = async request =>
    request.url.endsWith('/picture.svg')
      ? new Response(picture, { headers: { 'content-type': 'image/svg+xml' } })
      : double.fetch(request);
  /** @type {import('generation-lifecycle/adapters/fal').FalAdapter<Wish, Pictures>} */
  const adapter = fal({ model: 'fal-ai/flux/dev', apiKey: 'id:the-key-of-the-double', baseUrl: origin });
  return { origin, double, adapter, url: output.images[0]?.url, close };
}
