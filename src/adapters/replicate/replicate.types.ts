import type { GenerationAdapter, Webhook } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** What runs the job: a model, or your deployment. */
export type ReplicateTarget =
  | {
      /**
       * `owner/name` of an official model, or `owner/name:version` of any model; a community model is not found without
       * its version. The version's 64 characters alone are enough, too.
       */
      readonly model: string;
      readonly deployment?: undefined;
    }
  | {
      readonly model?: undefined;
      /** `owner/name` of a deployment. */
      readonly deployment: string;
    };

/** When Replicate posts to `webhookUrl`. */
export type ReplicateWebhookEvent = 'start' | 'output' | 'logs' | 'completed';

/** How requests are sent to Replicate, and what they ask for. */
export type ReplicateSettings = {
  /** The API token, or a function that gives it before each request. @defaultValue the environment variable `REPLICATE_API_TOKEN` */
  readonly apiKey?: ApiKey | undefined;
  /**
   * Sends the token from a page, where everybody can read it. Replicate refuses requests from pages (CORS).
   * @defaultValue false
   */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /**
   * How long the submit waits for the result, in seconds: 1 to 60, and less than the policy's `submitTimeoutMs`. Nobody
   * knows the job until then: if the answer is lost, a paid job is lost. @defaultValue it does not wait
   */
  readonly waitSeconds?: number | undefined;
  /**
   * When Replicate stops the job, in seconds after the submit, even if nobody follows it.
   * @defaultValue after it has run for 30 minutes
   */
  readonly cancelAfterSeconds?: number | undefined;
  /**
   * The URL on your server that Replicate posts to. A delivery only tells the server to read the job: see
   * `webhook.verify`.
   */
  readonly webhookUrl?: string | undefined;
  /** @defaultValue `['completed']` */
  readonly webhookEvents?: readonly ReplicateWebhookEvent[] | undefined;
  /**
   * The secret that signs your deliveries, `whsec_…`, or a function that returns it.
   * @defaultValue the environment variable `REPLICATE_WEBHOOK_SIGNING_SECRET`, else `the` adapter asks Replicate for it
   * with your token, once a day
   */
  readonly webhookSecret?: ApiKey | undefined;
  /** @defaultValue `https://api.replicate.com/v1` */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** Options of {@link replicate}. */
export type ReplicateOptions = ReplicateTarget & ReplicateSettings;

/** The adapter that {@link replicate} returns. Its jobs have only an `id`. */
export type ReplicateAdapter<TInput, TOutput> = GenerationAdapter<TInput, TOutput> &
  Required<Pick<GenerationAdapter<TInput, TOutput>, 'cancel'>> & {
    readonly webhook: Webhook;
    /**
     * Rejects with the error that the first submit would fail with before sending, such as a missing token. Sends
     * nothing.
     */
    check(): Promise<void>;
  };
