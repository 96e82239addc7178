import type { GenerationAdapter, HiddenResults, JobRef, Webhook } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** Options of {@link googleInteractions} and {@link googleOperations}. */
export type GoogleOptions = {
  /** The name of the model, with or without `models/`: `gemini-omni-1.1-flash`. */
  readonly model: string;
  /**
   * The API key, or a function that gives it before each request. @defaultValue the environment variable `GOOGLE_API_KEY`, else
   * `GEMINI_API_KEY`, as Google's own client has it
   */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** The address of your server that Google posts to, by https. A delivery is a hint to read the job: see `webhook.verify`. */
  readonly webhookUrl?: string | undefined;
  /** With or without the version at its end. @defaultValue `https://generativelanguage.googleapis.com/v1beta` */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** The body of an interaction, without what the adapter sets itself: the model, and that it runs in the background. */
export type GoogleInteractionInput = {
  /** The prompt, or its parts as the API has them: `[{ type: 'text', text: '…' }, { type: 'image', data, mime_type }]`. */
  readonly input: string | readonly object[];
  /** What it results in: `{ type: 'video', delivery: 'uri', aspect_ratio: '16:9' }`. */
  readonly response_format?: object | readonly object[] | undefined;
  readonly [name: string]: unknown;
};

/** The body of a `predictLongRunning`. */
export type GoogleOperationInput = {
  /** The prompt and its images: `[{ prompt: 'a lighthouse', image: { bytesBase64Encoded, mimeType } }]`. */
  readonly instances: readonly object[];
  /** Such as `{ aspectRatio: '16:9', durationSeconds: 8 }`. */
  readonly parameters?: object | undefined;
};

/** A picture, a film or a sound. */
export type GoogleMedium = {
  readonly type: 'image' | 'video' | 'audio';
  /** A data URL, or a URL that needs your key: `hiddenResults.fetch` of the adapter requests it, and a server half serves it. */
  readonly url: string;
  /** As Google says it: `video/mp4`. */
  readonly mimeType?: string | undefined;
};

/** What a job of Google results in. */
export type GoogleOutput = {
  /** In the order of the answer. There is at least one. */
  readonly media: readonly GoogleMedium[];
  /** What the model has said beside it. */
  readonly text?: string | undefined;
  /** Why some of the films that were asked for are missing. */
  readonly filteredReasons?: readonly string[] | undefined;
};

type GoogleAdapter<TInput, TOutput> = GenerationAdapter<TInput, TOutput> & {
  readonly hiddenResults: HiddenResults;
  readonly webhook: Webhook;
  /** Rejects with what the first submit would say before it is sent, such as a missing key. It sends nothing. */
  check(): Promise<void>;
};

/** What {@link googleInteractions} returns. Its jobs are an `id` and nothing else. */
export type GoogleInteractionsAdapter<TInput> = GoogleAdapter<TInput, GoogleOutput> &
  Required<Pick<GenerationAdapter<TInput, GoogleOutput>, 'events' | 'cancel'>>;

/** What {@link googleOperations} returns. */
export type GoogleOperationsAdapter<TInput> = GoogleAdapter<TInput, GoogleOutput>;

/** The job of a {@link googleOperations} adapter. Its `id` is the name of the operation. */
export type GoogleOperationJob = JobRef & {
  /** In ms since the epoch. Results are kept for two days. */
  readonly submittedAt: number;
};
