import { newId } from '../../machines/generation/generation.id.js';
import { assertKnownOptions } from '../../machines/options.js';
import { createExchange } from '../http/json-exchange.js';
import { toAddress } from './address.js';
import { findFunction, toArguments } from './app.js';
import { withUploads } from './files.js';
import type { GradioAdapter, GradioJob, GradioOptions } from './gradio.types.js';
import { createListener } from './messages.js';

const optionNames = Object.keys({
  app: true,
  endpoint: true,
  token: true,
  dangerouslyAllowBrowser: true,
  fetch: true,
} satisfies Record<keyof GradioOptions, true>);

/** An app may answer with pictures as text. */
const maxEventBytes = 16_777_216;

const isMissing = (status: number) => status === 404 || status === 405;

/**
 * Adapter for apps of Gradio 4 and later: Hugging Face Spaces, and your own. A public Space needs no token, so a page
 * may call it.
 *
 * - It reports the phase, the queue position, the expected end, the progress, the app's messages, and what a generator
 *   yields as previews.
 * - **The stream is the job.** If it is lost, also by a reload, the app forgets the job, which ends as `interrupted`
 *   with `charged: 'maybe'`. A server half holds the stream for its pages.
 * - Blobs anywhere in the input are uploaded first. Result URLs are the app's own; a server half serves those of
 *   private apps.
 * - A cancel stops the job in the queue, or at the next `yield` of the function.
 * - Gradio takes no idempotency key. If the answer to a submit is lost, it is never sent again and ends as
 *   `interrupted` with `charged: 'maybe'`.
 *
 * @typeParam TInput the arguments of the function: a list in their order, or an object by the names of its parameters
 * @typeParam TData the outputs of the function
 * @throws TypeError for an unknown option, and for an invalid `app` or `endpoint`
 * @see https://www.gradio.app/guides/getting-started-with-the-js-client
 * @example
 * const flux = gradio<{ prompt: string }, [GradioFile, number]>({ app: 'black-forest-labs/FLUX.1-schnell', endpoint: '/infer' });
 * const machine = createGenerationMachine(flux);
 */
export function gradio<
  TInput extends readonly unknown[] | object = readonly unknown[],
  TData extends readonly unknown[] = readonly unknown[],
>(options: GradioOptions): GradioAdapter<TInput, TData> {
  assertKnownOptions('gradio', options, optionNames);
  const { app, endpoint, token, fetch } = options;
  const { base, origin, name, isSpace } = toAddress(app);
  if (endpoint === '' || !['string', 'number'].includes(typeof endpoint)) {
    throw new TypeError(
      'The option endpoint of gradio() is no function of the app. Pass its api_name, such as /generate, or its fn_index.',
    );
  }
  const { ask, events, download, jobFailed, toShownText, check } = createExchange({
    apiKey:
      isSpace || token !== undefined
        ? {
            vendor: 'Hugging Face',
            value: token,
            variable: 'HF_TOKEN',
            option: 'token',
            isOptional: true,
            toHeaders: key => ({ authorization: `Bearer ${key}` }),
            dangerouslyAllowBrowser: options.dangerouslyAllowBrowser,
          }
        : undefined,
    origins: [origin],
    fetch,
    maxEventBytes,
  });

  return {
    origin: name,
    stream: { tells: 'states', isJob: true },
    hiddenResults: { origins: [origin], fetch: download },
    check,
    durationLabel: () => String(endpoint),

    async submit(input, { signal, idempotencyKey }) {
      const call = { ask, signal, idempotencyKey };
      const found = await findFunction({ ...call, base, endpoint });
      const { apiPrefix, id: fnIndex } = found;
      const api = base + apiPrefix;
      const data = await withUploads(await toArguments(input, found, { ...call, api }), { ...call, api });
      const sessionHash = newId();
      const body = { data, fn_index: fnIndex, session_hash: sessionHash, event_data: null, trigger_id: null };
      const answer = await ask({ action: 'submit', url: `${api}/queue/join`, body, signal, idempotencyKey });
      const job: GradioJob = { id: answer.idIn('event_id'), sessionHash, fnIndex, apiPrefix };
      return { job, update: { kind: 'pending', phase: 'queued' } };
    },

    // Nothing but the stream tells anything.
    read: async () => ({ kind: 'ignored' }),

    async *events(job, call) {
      const api = base + String(job['apiPrefix']);
      const toUpdate = createListener<TData>({ job, api, origin, jobFailed, toShownText });
      const url = `${api}/queue/data?session_hash=${encodeURIComponent(String(job['sessionHash']))}`;
      for await (const { members } of events({ ...call, job, url })) {
        const update = toUpdate(members);
        // The app no longer knows the job, or says no more of it.
        if (!update) return;
        yield update;
      }
    },

    async cancel(job, { signal }) {
      const { id: event_id, sessionHash: session_hash, fnIndex: fn_index } = job;
      const url = `${base}${String(job['apiPrefix'])}/cancel`;
      const body = { event_id, session_hash, fn_index };
      const answer = await ask({ action: 'cancel', method: 'POST', job, url, body, signal, isAnswer: isMissing });
      // Before Gradio 4.32 there is no cancel. The app hears that nobody listens.
      if (!answer.ok) return { kind: 'cancelled', stopped: false };
      return answer.members['success'] === true ? { kind: 'cancelled' } : { kind: 'changed' };
    },
  };
}
