import type { GenerationAdapter, JobRef, Webhook } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** Options of {@link blackForestLabs}. */
export type BlackForestLabsOptions = {
  /** The model's path below `/v1/`: `flux-2-pro`. */
  readonly model: string;
  /** The API key, or a function that gives it before each request. @defaultValue the environment variable `BFL_API_KEY` */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /**
   * The URL on your server that the end of a job is posted to. A delivery only tells the server to read the job: see
   * `webhook.verify`.
   */
  readonly webhookUrl?: string | undefined;
  /**
   * The secret that signs deliveries, or a function that returns it. Sent with each submit that has a `webhookUrl`.
   * @defaultValue the environment variable `BFL_WEBHOOK_SECRET`, else `a` secret derived from your key
   */
  readonly webhookSecret?: ApiKey | undefined;
  /**
   * With or without `/v1` at the end. `https://api.eu.bfl.ai` and `https://api.us.bfl.ai` keep your data in their
   * region. @defaultValue `https://api.bfl.ai`
   */
  readonly baseUrl?: string | undefined;
  /**
   * Further allowed origins of a `polling_url`. Your key is sent there.
   * @defaultValue `['https://*.bfl.ai']`; none with a `baseUrl` elsewhere
   */
  readonly pollingOrigins?: readonly string[] | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** The output of a job, as Black Forest Labs returns it. */
export type BlackForestLabsOutput = {
  /** The URL of the image or video. It stops working after 10 minutes, for a video after about 2 hours. */
  readonly sample: string;
  readonly prompt?: string | undefined;
  readonly seed?: number | undefined;
};

/** The adapter that {@link blackForestLabs} returns. It has no `cancel`, because Black Forest Labs has none. */
export type BlackForestLabsAdapter<TInput, TOutput = BlackForestLabsOutput> = GenerationAdapter<TInput, TOutput> & {
  readonly webhook: Webhook;
  /**
   * Rejects with the error that the first submit would fail with before sending, such as a missing key. Sends nothing.
   */
  check(): Promise<void>;
};

/** The job of a {@link blackForestLabs} adapter: JSON, without the key. */
export type BlackForestLabsJob = JobRef & {
  /** Where the job is read: a path on `baseUrl`'s origin, or the URL of a region. */
  readonly pollingUrl: string;
  /** The cost in credits, from the answer to the submit. */
  readonly credits?: number | undefined;
};
