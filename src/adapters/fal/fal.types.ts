import type { GenerationAdapter, JobRef, Webhook } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** Options of {@link fal}. */
export type FalOptions = {
  /** The model's id, with its path: `fal-ai/flux/dev`. */
  readonly model: string;
  /** `<id>:<secret>`, or a function that gives it before each request. @defaultValue the environment variable `FAL_KEY` */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** @defaultValue `normal` */
  readonly priority?: 'normal' | 'low' | undefined;
  /** Longest wait for the start, in seconds, more than 1. Then the job fails. @defaultValue unlimited */
  readonly startTimeoutSeconds?: number | undefined;
  /** How long fal keeps the result's files, in seconds. @defaultValue as set in your account, at least 7 days */
  readonly keepSeconds?: number | undefined;
  /** Lets fal repeat a job up to 10 times if its runner breaks. @defaultValue true */
  readonly canRepeat?: boolean | undefined;
  /**
   * The address of your server that fal posts the result to. A delivery only tells the server to read the job: see
   * `webhook.verify`.
   */
  readonly webhookUrl?: string | undefined;
  /** @defaultValue `https://queue.fal.run` */
  readonly baseUrl?: string | undefined;
  /**
   * The URL of the public keys that sign deliveries. @defaultValue `https://rest.alpha.fal.ai/.well-known/jwks.json`
   */
  readonly webhookKeysUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** The adapter that {@link fal} returns. */
export type FalAdapter<TInput, TOutput> = GenerationAdapter<TInput, TOutput> &
  Required<Pick<GenerationAdapter<TInput, TOutput>, 'events' | 'cancel'>> & {
    readonly webhook: Webhook;
    /**
     * Rejects with the error that the first submit would fail with before sending, such as a missing key. Sends
     * nothing.
     */
    check(): Promise<void>;
  };

/**
 * The job of a {@link fal} adapter: JSON, without the key. The URLs are paths on `baseUrl`'s origin, or lead to fal's
 * other host.
 */
export type FalJob = JobRef & {
  readonly statusUrl: string;
  readonly responseUrl: string;
  readonly cancelUrl: string;
};
