import type { GenerationAdapter, JobRef, JsonObject, JsonValue } from '../../machines/generation/generation.port.js';

/** An image or a video that a model starts from. The file in a data URL is sent as a file. */
export type AiSdkVideoFile =
  | { readonly type: 'url'; readonly url: string; readonly mediaType?: string | undefined }
  /** `data`: bytes, or Base64. Use Base64 if the input is stored or sent as JSON. */
  | { readonly type: 'file'; readonly mediaType: string; readonly data: string | Uint8Array };

/**
 * The input of {@link aiSdkVideo}: the call options of the AI SDK's video models. `output.warnings` lists what a model
 * ignored.
 */
export type AiSdkVideoInput = {
  readonly prompt?: string | undefined;
  /** Number of videos in one job. The adapter refuses more than the model makes in one call. @defaultValue 1 */
  readonly n?: number | undefined;
  readonly aspectRatio?: `${number}:${number}` | 'adaptive' | undefined;
  readonly resolution?: `${number}x${number}` | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
  readonly fps?: number | undefined;
  readonly seed?: number | undefined;
  readonly image?: AiSdkVideoFile | undefined;
  readonly frameImages?:
    | readonly { readonly image: AiSdkVideoFile; readonly frameType: 'first_frame' | 'last_frame' }[]
    | undefined;
  readonly inputReferences?: readonly AiSdkVideoFile[] | undefined;
  readonly generateAudio?: boolean | undefined;
  /** Per provider name: `{ fal: { loop: true } }`. */
  readonly providerOptions?: { readonly [provider: string]: JsonObject } | undefined;
};

/** The output of an {@link aiSdkVideo} job, as JSON. */
export type AiSdkVideoOutput = {
  readonly videos: readonly {
    /** `https:`, or a data URL where the model answers with bytes. */
    readonly url: string;
    readonly mediaType: string;
    /**
     * The URL needs your key as a header, so fetch it on your server. The provider had put the key into the URL; the
     * adapter removed it.
     */
    readonly needsKey?: true | undefined;
  }[];
  /**
   * Files in your own storage, such as `gs://bucket/video.mp4`, which a page cannot load. `uri` is absent if the
   * provider does not report it.
   */
  readonly stored?: readonly { readonly mediaType: string; readonly uri?: string }[] | undefined;
  /** What the model did differently from the input, in the provider's words: `{ type, feature, details }`. */
  readonly warnings?: JsonValue | undefined;
  /** Further data from the provider, by provider name. At most 2 kB, without secrets and URL queries. */
  readonly providerMetadata?: JsonValue | undefined;
};

/** The job of {@link aiSdkVideo}. Only the provider package that made `operation` can read it. */
export type AiSdkVideoJob = JobRef & { readonly operation: JsonValue; readonly warnings?: JsonValue | undefined };

/** Options of {@link aiSdkVideo}. */
export type AiSdkVideoOptions = {
  /**
   * Allowed origins of the URLs in stored jobs, such as `https://api.example.com`. The provider package sends your key
   * there. @defaultValue fal's and Replicate's own addresses for their models, and no URL for others
   */
  readonly origins?: readonly string[] | undefined;
  /**
   * Keys that you pass to the provider yourself. The adapter removes them from the provider's texts and URLs.
   * @defaultValue the provider's environment variables
   */
  readonly secrets?: readonly string[] | undefined;
  /**
   * The URL on your server that the provider posts to when the job has ended, or a function that makes one for each
   * generation. A delivery only tells the server to read the job; nothing in its body is verified.
   */
  readonly webhookUrl?: string | ((idempotencyKey: string) => string) | undefined;
  /** Calls the model from a page, where everybody can read its key. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
};

/**
 * The adapter that {@link aiSdkVideo} returns. It has no `cancel`, `events` or `idempotentSubmit`, because the AI SDK
 * has none: a cancelled job runs on and is charged, and a submit whose answer is lost is never sent again.
 */
export type AiSdkVideoAdapter = Required<
  Pick<GenerationAdapter<AiSdkVideoInput, AiSdkVideoOutput>, 'submit' | 'read' | 'durationLabel'>
> & { readonly origin: string };

/** The call options of a model, as the AI SDK names them. */
export type AiSdkCallOptions = {
  prompt: string | undefined;
  n: number;
  aspectRatio: AiSdkVideoInput['aspectRatio'];
  resolution: AiSdkVideoInput['resolution'];
  duration: number | undefined;
  fps: number | undefined;
  seed: number | undefined;
  image: AiSdkVideoFile | undefined;
  frameImages: { image: AiSdkVideoFile; frameType: 'first_frame' | 'last_frame' }[] | undefined;
  inputReferences: AiSdkVideoFile[] | undefined;
  generateAudio: boolean | undefined;
  providerOptions: { [provider: string]: JsonObject };
  abortSignal?: AbortSignal;
  headers?: Record<string, string | undefined>;
  webhookUrl?: string | undefined;
};

type MaxVideosPerCall = (options: { modelId: string }) => number | undefined | PromiseLike<number | undefined>;

/**
 * The part of the AI SDK's video model (`VideoModelV4` of `@ai-sdk/provider` 4) that the adapter uses. A model with
 * only `doGenerate` fits the type but is refused.
 *
 * @see https://ai-sdk.dev/docs/ai-sdk-core/video-generation
 */
export type AiSdkVideoModel = {
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
  readonly maxVideosPerCall: number | undefined | MaxVideosPerCall;
  readonly handleWebhookOption?: unknown;
  doStart?(options: AiSdkCallOptions): PromiseLike<{
    readonly operation: unknown;
    readonly warnings?: unknown;
    readonly response?: unknown;
  }>;
  doStatus?(options: {
    operation: JsonValue;
    abortSignal?: AbortSignal;
    headers?: Record<string, string | undefined>;
  }): PromiseLike<{ readonly status: string; readonly response?: unknown }>;
};
