import type { GenerationAdapter, JobRef } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** A file in an app's answer. */
export type GradioFile = {
  /** Its path in the app. */
  readonly path: string;
  /** Absolute, on the app's own address. */
  readonly url: string;
  readonly orig_name?: string | null | undefined;
  readonly mime_type?: string | null | undefined;
  /** Bytes. */
  readonly size?: number | null | undefined;
};

/**
 * The output of a {@link gradio} job: one value for each output of the function, in order. Files are
 * {@link GradioFile}s.
 */
export type GradioOutput<TData extends readonly unknown[] = readonly unknown[]> = { readonly data: TData };

/** Options of {@link gradio}. */
export type GradioOptions = {
  /** A Space, `owner/name`, or the URL of an app: `http://127.0.0.1:7860`. */
  readonly app: string;
  /**
   * The function: its `api_name`, such as `/generate`, or its `fn_index`. The app's page shows them at "Use via API".
   */
  readonly endpoint: string | number;
  /**
   * A Hugging Face token, or a function that returns it before each request. Private Spaces need one, and ZeroGPU
   * grants more GPU time with one. An app elsewhere gets only a token that you pass here.
   * @defaultValue the environment variable `HF_TOKEN`, for Spaces; otherwise no token
   */
  readonly token?: ApiKey | undefined;
  /** Sends the token from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** The adapter that {@link gradio} returns. */
export type GradioAdapter<TInput, TData extends readonly unknown[]> = GenerationAdapter<TInput, GradioOutput<TData>> &
  Required<Pick<GenerationAdapter<TInput, GradioOutput<TData>>, 'events' | 'cancel'>> & {
    /**
     * Rejects with the error that the first submit would fail with before sending, such as a token in a page. Sends
     * nothing.
     */
    check(): Promise<void>;
  };

/** The job of a {@link gradio} adapter: JSON, without the token. Its `id` is the `event_id`. */
export type GradioJob = JobRef & {
  /** Used by this job alone, so its stream carries no other job. */
  readonly sessionHash: string;
  readonly fnIndex: number;
  /** `/gradio_api`, or nothing before Gradio 5. */
  readonly apiPrefix: string;
};
