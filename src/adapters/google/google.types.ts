import type { GenerationAdapter, HiddenResults, JobRef, Webhook } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** Options of {@link googleInteractions} and {@link googleOperations}. */
export type GoogleOptions = {
  /** The model's name, with or without `models/`: `gemini-omni-1.1-flash`. */
  readonly model: string;
  /**
   * The API key, or a function that returns it before each request.
   * @defaultValue the environment variable `GOOGLE_API_KEY`, else `GEMINI_API_KEY`, as in Google's own client
   */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /**
   * The https URL on your server that Google posts to. A delivery only tells the server to read the job: see
   * `webhook.verify`.
   */
  readonly webhookUrl?: string | undefined;
  /** With or without the version at its end. @defaultValue `https://generativelanguage.googleapis.com/v1beta` */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** The body of an interaction. The adapter adds the model and the background flag. */
export type GoogleInteractionInput = {
  /** The prompt, or its parts: `[{ type: 'text', text: '…' }, { type: 'image', data, mime_type }]`. */
  readonly input: string | readonly object[];
  /** The requested output: `{ type: 'video', delivery: 'uri', aspect_ratio: '16:9' }`. */
  readonly response_format?: object | readonly object[] | undefined;
  readonly [name: string]: unknown;
};

/** The body of a `predictLongRunning`. */
export type GoogleOperationInput = {
  /** The prompt and its images: `[{ prompt: 'a lighthouse', image: { bytesBase64Encoded, mimeType } }]`. */
  readonly instances: readonly object[];
  /** For example `{ aspectRatio: '16:9', durationSeconds: 8 }`. */
  readonly parameters?: object | undefined;
};

/** An image, a video or a sound. */
export type GoogleMedium = {
  readonly type: 'image' | 'video' | 'audio';
  /**
   * A data URL, or a URL that needs your key. The adapter's `hiddenResults.fetch` requests it, and a server half serves
   * it to pages.
   */
  readonly url: string;
  /** As Google reports it: `video/mp4`. */
  readonly mimeType?: string | undefined;
};

/** The output of a Google job. */
export type GoogleOutput = {
  /** At least one, in the order of the answer. */
  readonly media: readonly GoogleMedium[];
  /** What the model wrote beside it. */
  readonly text?: string | undefined;
  /** Why some of the requested videos are missing. */
  readonly filteredReasons?: readonly string[] | undefined;
};

type GoogleAdapter<TInput, TOutput> = GenerationAdapter<TInput, TOutput> & {
  readonly hiddenResults: HiddenResults;
  readonly webhook: Webhook;
  /** Rejects with what the first submit would say before it is sent, such as a missing key. It sends nothing. */
  check(): Promise<void>;
};

/** The adapter that {@link googleInteractions} returns. Its jobs have only an `id`. */
export type GoogleInteractionsAdapter<TInput> = GoogleAdapter<TInput, GoogleOutput> &
  Required<Pick<GenerationAdapter<TInput, GoogleOutput>, 'events' | 'cancel'>>;

/** The adapter that {@link googleOperations} returns. */
export type GoogleOperationsAdapter<TInput> = GoogleAdapter<TInput, GoogleOutput>;

/** The job of a {@link googleOperations} adapter. Its `id` is the name of the operation. */
export type GoogleOperationJob = JobRef & {
  /** In ms since the epoch. Google keeps results for two days. */
  readonly submittedAt: number;
};
