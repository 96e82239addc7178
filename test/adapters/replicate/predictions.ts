/** Names of the shapes below: what Replicate's documentation and its clients' tests show, with values of ours. */

const id = 'ufawqhfynnddngldkgtslldrkq';

/**
 * A prediction as its creation answers it.
 *
 * @see https://github.com/replicate/replicate-javascript/blob/main/index.test.ts (`predictions.create`)
 */
export const starting = {
  id,
  version: '5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa',
  urls: {
    get: `https://api.replicate.com/v1/predictions/${id}`,
    cancel: `https://api.replicate.com/v1/predictions/${id}/cancel`,
  },
  created_at: '2026-04-26T22:13:06.224088Z',
  started_at: null,
  completed_at: null,
  status: 'starting',
  input: { prompt: 'a lighthouse' },
  output: null,
  error: null,
  logs: null,
  metrics: {},
};

/**
 * Logs of Stable Diffusion, with bars of tqdm.
 *
 * @see https://github.com/dreamingtulpa/replicate-ruby/blob/main/test/lib/replicate/record/prediction_test.rb
 */
export const processing = {
  ...starting,
  status: 'processing',
  started_at: '2026-04-26T22:13:07.124088Z',
  logs: 'Using seed: 8654\n  0%|          | 0/25 [00:00<?, ?it/s]\n 44%|████▍     | 11/25 [00:01<00:02,  6.33it/s]',
};

/** @see https://github.com/replicate/replicate-javascript/blob/main/index.test.ts (`predictions.get`) */
export const succeeded = {
  ...processing,
  status: 'succeeded',
  source: 'api',
  data_removed: false,
  completed_at: '2026-04-26T22:13:11.608629Z',
  output: ['https://replicate.delivery/xezq/9c3b6fe4/out-0.png'],
  metrics: { predict_time: 4.484541, total_time: 5.384541 },
};

/**
 * What is left of it after an hour.
 *
 * @see https://replicate.com/docs/reference/http#predictions.get
 */
export const removed = { ...succeeded, input: {}, output: null, logs: '', data_removed: true };

export const failed = { ...processing, status: 'failed', error: 'CUDA out of memory', logs: '' };

/** @see https://github.com/pollinations/pollinations/pull/10801 */
export const flagged = {
  ...failed,
  error: 'The input or output was flagged as sensitive. Please try again with different inputs. (E005)',
};

/** @see https://github.com/replicate/replicate-javascript/blob/main/index.test.ts (`predictions.cancel`) */
export const canceled = { ...processing, status: 'canceled', completed_at: '2026-04-26T22:14:06.224088Z' };

/** @see https://replicate.com/changelog/2025-10-16-prediction-deadlines */
export const aborted = { ...starting, status: 'aborted', completed_at: '2026-04-26T22:14:06.224088Z' };

/**
 * The words of a rate limit, with the wait in the body alone.
 *
 * @see https://github.com/nodetool-ai/nodetool/issues/5196
 */
export const throttled = {
  detail:
    'Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests while you have less than $5.0 in credit. Your rate limit resets in ~5s.',
  status: 429,
  retry_after: 5,
};

/** @see https://replicate.com/docs/reference/http */
export const notFound = { detail: 'The requested resource could not be found.', status: 404 };
