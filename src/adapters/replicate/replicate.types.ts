import type { GenerationAdapter, Webhook } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** What runs the job: a model, or a deployment of yours. */
export type ReplicateTarget =
  | {
      /**
       * `owner/name` of an official model, or `owner/name:version` of any model. A community model without its version is not found. The 64
       * characters of a version alone are enough, too.
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

/** How requests reach Replicate, and what they ask for. */
export type ReplicateSettings = {
  /** The API token, or a function that gives it before each request. @defaultValue the environment variable `REPLICATE_API_TOKEN` */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the token from a page, where everybody can read it. Replicate itself refuses pages (CORS). @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /**
   * How long the submit waits for the result, in seconds, from 1 to 60, and less than `submitTimeoutMs` of the policy. Until it is answered,
   * nobody knows the job: if the answer is lost, a paid job is lost. @defaultValue it does not wait
   */
  readonly waitSeconds?: number | undefined;
  /** When Replicate stops the job, in seconds after the submit, also if nobody follows it. @defaultValue after it has run for 30 minutes */
  readonly cancelAfterSeconds?: number | undefined;
  /** The address of your server that Replicate posts to. A delivery is a hint to read the job: see `webhook.verify`. */
  readonly webhookUrl?: string | undefined;
  /** @defaultValue `['completed']` */
  readonly webhookEvents?: readonly ReplicateWebhookEvent[] | undefined;
  /**
   * The signing secret of your deliveries, `whsec_…`, or a function that gives it.
   * @defaultValue the environment variable `REPLICATE_WEBHOOK_SIGNING_SECRET`, else Replicate is asked for it with your token, once a day
   */
  readonly webhookSecret?: ApiKey | undefined;
  /** @defaultValue `https://api.replicate.com/v1` */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** Options of {@link replicate}. */
export type ReplicateOptions = ReplicateTarget & ReplicateSettings;

/** What {@link replicate} returns. Its jobs are an `id` and nothing else. */
export type ReplicateAdapter<TInput, TOutput> = GenerationAdapter<TInput, TOutput> &
  Required<Pick<GenerationAdapter<TInput, TOutput>, 'cancel'>> & {
    readonly webhook: Webhook;
    /** Rejects with what the first submit would say before it is sent, such as a missing token. It sends nothing. */
    check(): Promise<void>;
  };
