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
  /** How long the job may wait for its start, in seconds, more than 1. After that it fails. @defaultValue without end */
  readonly startTimeoutSeconds?: number | undefined;
  /** How long fal keeps the files of the result, in seconds. @defaultValue as your account says, at least 7 days */
  readonly keepSeconds?: number | undefined;
  /** fal repeats a job by itself if its runner breaks, up to 10 times. @defaultValue true */
  readonly canRepeat?: boolean | undefined;
  /** The address of your server that fal posts the result to. A delivery is a hint to read the job: see `webhook.verify`. */
  readonly webhookUrl?: string | undefined;
  /** @defaultValue `https://queue.fal.run` */
  readonly baseUrl?: string | undefined;
  /** Where the public keys of deliveries are. @defaultValue `https://rest.alpha.fal.ai/.well-known/jwks.json` */
  readonly webhookKeysUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** What {@link fal} returns. */
export type FalAdapter<TInput, TOutput> = GenerationAdapter<TInput, TOutput> &
  Required<Pick<GenerationAdapter<TInput, TOutput>, 'events' | 'cancel'>> & {
    readonly webhook: Webhook;
    /** Rejects with what the first submit would say before it is sent, such as a missing key. It sends nothing. */
    check(): Promise<void>;
  };

/** The job of a {@link fal} adapter: JSON, without the key. The URLs are paths of `baseUrl`'s origin, or lead to fal's other host. */
export type FalJob = JobRef & {
  readonly statusUrl: string;
  readonly responseUrl: string;
  readonly cancelUrl: string;
};
