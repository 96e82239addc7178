import { createHandle } from './handle.js';
import { createRelay } from './relay/relay.js';
import { createSealedJobs } from './relay/sealed-job.js';
import type { GenerationServer, GenerationServerOptions, ServerUser } from './server.types.js';
import { toSettings } from './settings.js';

/** Longer than any job is followed, and its result lives at most vendors. */
const resultLifeMs = 7 * 86_400_000;

/**
 * The server half: one function between a page and any vendor, which keeps your key, decides what may be submitted, and knows whose job is whose.
 * Mount `handle` wherever a web-standard `Request` becomes a `Response`. The page's side is `remoteBackend`.
 *
 * It is a relay: it keeps nothing, and the job travels with the page, sealed.
 *
 * @throws TypeError for an option that does not exist, is missing, or cannot be
 * @see https://developer.mozilla.org/docs/Web/API/Request
 * @example
 * const { handle } = createGenerationServer({
 *   secrets: process.env['GENERATION_SECRET'],
 *   authorize: ({ headers }) => (headers.get('authorization') === 'Bearer mine' ? { id: 'me' } : undefined),
 *   backends: {
 *     image: { adapter: scripted(scenarios.healthy('1.png')), input: wish => ({ prompt: String(wish) }) },
 *   },
 * });
 * const response = await handle(new Request('https://app.example.com/api/generations/image/jobs/41'));
 */
export function createGenerationServer<TUser extends ServerUser, TInputs extends { readonly [name: string]: unknown }>(
  options: GenerationServerOptions<TUser, TInputs>,
): GenerationServer {
  const settings = toSettings(options as unknown as Parameters<typeof toSettings>[0]);
  const { secrets, backends, sealedJobMs } = settings;
  if (secrets.length === 0) {
    throw new TypeError(
      'createGenerationServer(): without a store the job travels with the page, and is sealed with a secret. Pass secrets: a text of 32 random characters or more.',
    );
  }
  const lifeMs = (name: string) => {
    const { queueDeadlineMs = 0, deadlineMs = 0 } = backends.get(name)?.policy ?? {};
    return sealedJobMs ?? queueDeadlineMs + deadlineMs + resultLifeMs;
  };
  const relay = createRelay(settings, createSealedJobs(secrets, lifeMs, Date.now));
  return { handle: createHandle(settings, relay) };
}
