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

/** A workflow in ComfyUI's API format: its nodes by their ids. ComfyUI exports it by "Export (API)". */
export type ComfyWorkflow = { readonly [id: string]: ComfyNode };

/** A result of the Comfy API v2. */
export type ComfyApiFile = {
  /** The id of the asset. */
  readonly id: string;
  readonly node_id: string;
  readonly name: string;
  readonly type: 'image' | 'video' | 'audio' | 'text' | 'file' | 'latent';
  readonly content_type: string;
  /** In bytes. */
  readonly size_bytes: number;
  /** Absolute. It works until `url_expires_at`; another read of the job gives a new one. */
  readonly url: string;
  readonly url_expires_at?: string | null | undefined;
};

/** What a job of {@link comfyApi} results in. */
export type ComfyApiOutput = { readonly outputs: readonly ComfyApiFile[] };

/** Options of {@link comfyApi}. */
export type ComfyApiOptions<TInput> = {
  /**
   * The origin of the API, without `/api/v2`: `https://my-deployment.run.comfy.app`, or `http://127.0.0.1:8189` of a `comfy-api-proxy` in
   * front of your own ComfyUI. @defaultValue `https://cloud.comfy.org`
   */
  readonly baseUrl?: string | undefined;
  /**
   * Your key, or a function that gives it before each request. Your own server needs none, and gets only a key that you pass here.
   * @defaultValue the environment variable `COMFY_API_KEY`, for Comfy's own hosts
   */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** Makes the workflow of a wish. @defaultValue the input is the workflow */
  readonly workflow?: ((input: TInput) => ComfyWorkflow) | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** What {@link comfyApi} returns. */
export type ComfyApiAdapter<TInput> = GenerationAdapter<TInput, ComfyApiOutput> &
  Required<Pick<GenerationAdapter<TInput, ComfyApiOutput>, 'events' | 'cancel'>> & {
    /** Rejects with what the first submit would say before it is sent, such as a missing key. It sends nothing. */
    check(): Promise<void>;
  };

/** The job of a {@link comfyApi} adapter: JSON, without the key. The URLs are paths of `baseUrl`'s origin. */
export type ComfyApiJob = JobRef & {
  readonly selfUrl: string;
  readonly eventsUrl: string;
  readonly cancelUrl: string;
};
