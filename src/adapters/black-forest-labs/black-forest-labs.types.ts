import type { GenerationAdapter, JobRef, Webhook } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** Options of {@link blackForestLabs}. */
export type BlackForestLabsOptions = {
  /** The model, as its path below `/v1/`: `flux-2-pro`. */
  readonly model: string;
  /** The API key, or a function that gives it before each request. @defaultValue the environment variable `BFL_API_KEY` */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** The address of your server that the end of a job is posted to. A delivery is a hint to read the job: see `webhook.verify`. */
  readonly webhookUrl?: string | undefined;
  /**
   * What deliveries are signed with, or a function that gives it. It is sent with each submit that has a `webhookUrl`.
   * @defaultValue the environment variable `BFL_WEBHOOK_SECRET`, else a secret that is made of your key
   */
  readonly webhookSecret?: ApiKey | undefined;
  /**
   * With or without `/v1` at its end. `https://api.eu.bfl.ai` and `https://api.us.bfl.ai` keep your data in their region.
   * @defaultValue `https://api.bfl.ai`
   */
  readonly baseUrl?: string | undefined;
  /** Where else a `polling_url` may lead. Your key is sent there. @defaultValue `['https://*.bfl.ai']`, and none with a `baseUrl` elsewhere */
  readonly pollingOrigins?: readonly string[] | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** What a job results in, as Black Forest Labs answers it. */
export type BlackForestLabsOutput = {
  /** The URL of the picture, or of the video. It stops working after 10 minutes, that of a video after about 2 hours. */
  readonly sample: string;
  readonly prompt?: string | undefined;
  readonly seed?: number | undefined;
};

/** What {@link blackForestLabs} returns. It has no `cancel`, because Black Forest Labs has none. */
export type BlackForestLabsAdapter<TInput, TOutput = BlackForestLabsOutput> = GenerationAdapter<TInput, TOutput> & {
  readonly webhook: Webhook;
  /** Rejects with what the first submit would say before it is sent, such as a missing key. It sends nothing. */
  check(): Promise<void>;
};

/** The job of a {@link blackForestLabs} adapter: JSON, without the key. */
export type BlackForestLabsJob = JobRef & {
  /** Where the job is read: a path of `baseUrl`'s origin, or a URL of a region. */
  readonly pollingUrl: string;
  /** What it costs, in credits, as the answer to its submit says. */
  readonly credits?: number | undefined;
};
