import type { GenerationAdapter, JobRef } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** A file in what an app answers. */
export type GradioFile = {
  /** Where the app has it. */
  readonly path: string;
  /** Absolute, at the app's own address. */
  readonly url: string;
  readonly orig_name?: string | null | undefined;
  readonly mime_type?: string | null | undefined;
  /** In bytes. */
  readonly size?: number | null | undefined;
};

/** What a job of {@link gradio} results in: one value for each output of the function, in their order. Files are {@link GradioFile}s. */
export type GradioOutput<TData extends readonly unknown[] = readonly unknown[]> = { readonly data: TData };

/** Options of {@link gradio}. */
export type GradioOptions = {
  /** The name of a Space, `owner/name`, or the URL of an app: `http://127.0.0.1:7860`. */
  readonly app: string;
  /** The function: its `api_name`, such as `/generate`, or its `fn_index`. The page of the app shows them at "Use via API". */
  readonly endpoint: string | number;
  /**
   * A token of Hugging Face, or a function that gives it before each request. Private Spaces need one, and a GPU of ZeroGPU is yours for longer
   * with it. An app elsewhere gets only a token that you pass here. @defaultValue the environment variable `HF_TOKEN`, for Spaces; without it none
   * is sent
   */
  readonly token?: ApiKey | undefined;
  /** Sends the token from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** What {@link gradio} returns. */
export type GradioAdapter<TInput, TData extends readonly unknown[]> = GenerationAdapter<TInput, GradioOutput<TData>> &
  Required<Pick<GenerationAdapter<TInput, GradioOutput<TData>>, 'events' | 'cancel'>> & {
    /** Rejects with what the first submit would say before it is sent, such as a token in a page. It sends nothing. */
    check(): Promise<void>;
  };

/** The job of a {@link gradio} adapter: JSON, without the token. Its `id` is the `event_id`. */
export type GradioJob = JobRef & {
  /** Of this job alone: its stream carries no other. */
  readonly sessionHash: string;
  readonly fnIndex: number;
  /** `/gradio_api`, or nothing before Gradio 5. */
  readonly apiPrefix: string;
};
