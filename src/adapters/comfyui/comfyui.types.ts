import type { GenerationAdapter, JobRef } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** A node of a {@link ComfyWorkflow}. */
export type ComfyNode = {
  readonly class_type: string;
  /** Values, and links to outputs of other nodes: `['4', 0]`. */
  readonly inputs: { readonly [name: string]: unknown };
  readonly _meta?: { readonly title?: string | undefined } | undefined;
};

/** A workflow in ComfyUI's API format: nodes by id. Export it with "Export (API)". */
export type ComfyWorkflow = { readonly [id: string]: ComfyNode };

/** A result of the Comfy API v2. */
export type ComfyApiFile = {
  /** The asset's id. */
  readonly id: string;
  readonly node_id: string;
  readonly name: string;
  readonly type: 'image' | 'video' | 'audio' | 'text' | 'file' | 'latent';
  readonly content_type: string;
  /** Bytes. */
  readonly size_bytes: number;
  /** Absolute. Works until `url_expires_at`; another read of the job returns a new URL. */
  readonly url: string;
  readonly url_expires_at?: string | null | undefined;
};

/** The output of a {@link comfyApi} job. */
export type ComfyApiOutput = { readonly outputs: readonly ComfyApiFile[] };

/** Options of {@link comfyApi}. */
export type ComfyApiOptions<TInput> = {
  /**
   * The API's origin, without `/api/v2`: `https://my-deployment.run.comfy.app`, or `http://127.0.0.1:8189` for a
   * `comfy-api-proxy` in front of your own ComfyUI. @defaultValue `https://cloud.comfy.org`
   */
  readonly baseUrl?: string | undefined;
  /**
   * Your key, or a function that returns it before each request. Your own server needs none, and gets only a key that
   * you pass here. @defaultValue the environment variable `COMFY_API_KEY`, for Comfy's own hosts
   */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** Makes the workflow from an input. @defaultValue the input is the workflow */
  readonly workflow?: ((input: TInput) => ComfyWorkflow) | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** The adapter that {@link comfyApi} returns. */
export type ComfyApiAdapter<TInput> = GenerationAdapter<TInput, ComfyApiOutput> &
  Required<Pick<GenerationAdapter<TInput, ComfyApiOutput>, 'events' | 'cancel'>> & {
    /**
     * Rejects with the error that the first submit would fail with before sending, such as a missing key. Sends
     * nothing.
     */
    check(): Promise<void>;
  };

/** The job of a {@link comfyApi} adapter: JSON, without the key. The URLs are paths on `baseUrl`'s origin. */
export type ComfyApiJob = JobRef & {
  readonly selfUrl: string;
  readonly eventsUrl: string;
  readonly cancelUrl: string;
};
