import type { GenerationAdapter, JobRef, JsonObject, JsonValue } from '../../machines/generation/generation.port.js';

/** An image or a video that a model starts from. A data URL is sent as the file that it holds. */
export type AiSdkVideoFile =
  | { readonly type: 'url'; readonly url: string; readonly mediaType?: string | undefined }
  /** `data`: bytes, or Base64. Use Base64 where the input is stored or sent as JSON. */
  | { readonly type: 'file'; readonly mediaType: string; readonly data: string | Uint8Array };

/** What {@link aiSdkVideo} takes: the call options of the AI SDK's video models. What a model ignores is in `output.warnings`. */
export type AiSdkVideoInput = {
  readonly prompt?: string | undefined;
  /** How many videos, in one job. More than the model makes in one call are refused. @defaultValue 1 */
  readonly n?: number | undefined;
  readonly aspectRatio?: `${number}:${number}` | 'adaptive' | undefined;
  readonly resolution?: `${number}x${number}` | undefined;
  /** In seconds. */
  readonly duration?: number | undefined;
  readonly fps?: number | undefined;
  readonly seed?: number | undefined;
  readonly image?: AiSdkVideoFile | undefined;
  readonly frameImages?:
    | readonly { readonly image: AiSdkVideoFile; readonly frameType: 'first_frame' | 'last_frame' }[]
    | undefined;
  readonly inputReferences?: readonly AiSdkVideoFile[] | undefined;
  readonly generateAudio?: boolean | undefined;
  /** By the name of the provider: `{ fal: { loop: true } }`. */
  readonly providerOptions?: { readonly [provider: string]: JsonObject } | undefined;
};

/** What a job of {@link aiSdkVideo} results in. It is JSON. */
export type AiSdkVideoOutput = {
  readonly videos: readonly {
    /** `https:`, or a data URL where the model answers with bytes. */
    readonly url: string;
    readonly mediaType: string;
    /** The URL needs your key as a header: fetch it on your server. The provider had put the key into the URL, and it was cut out. */
    readonly needsKey?: true | undefined;
  }[];
  /** Files in a storage of yours, such as `gs://bucket/video.mp4`. A page cannot load them. `uri` is absent where the provider tells none. */
  readonly stored?: readonly { readonly mediaType: string; readonly uri?: string }[] | undefined;
  /** What the model did not do as the input asked, in the provider's words: `{ type, feature, details }`. */
  readonly warnings?: JsonValue | undefined;
  /** What else the provider tells, by its name. At most 2 kB, without secrets and without the queries of URLs. */
  readonly providerMetadata?: JsonValue | undefined;
};

/** The job of {@link aiSdkVideo}. `operation` is what the provider package made; only that package can read it. */
export type AiSdkVideoJob = JobRef & { readonly operation: JsonValue; readonly warnings?: JsonValue | undefined };

/** Options of {@link aiSdkVideo}. */
export type AiSdkVideoOptions = {
  /**
   * Where the URLs in stored jobs may lead, such as `https://api.example.com`. The provider package sends your key there.
   * @defaultValue the address of fal and of Replicate for their models, and no URL for others
   */
  readonly origins?: readonly string[] | undefined;
  /** Keys that you pass to the provider yourself. They are cut out of its words and URLs. @defaultValue the provider's environment variables */
  readonly secrets?: readonly string[] | undefined;
  /**
   * The address of your server that the provider posts to when the job has ended, or a function that makes one for each generation. A
   * delivery is a hint to read the job: nothing in its body is verified here.
   */
  readonly webhookUrl?: string | ((idempotencyKey: string) => string) | undefined;
  /** Calls the model from a page, where everybody can read its key. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
};

/**
 * What {@link aiSdkVideo} returns. It has no `cancel`, no `events` and no `idempotentSubmit`, because the AI SDK has none: a job that you
 * cancel runs on and is charged, and a submit whose answer is lost is never sent again.
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
 * A video model of the AI SDK (`VideoModelV4` of `@ai-sdk/provider` 4), as far as it is used here. A model that has only `doGenerate` fits
 * the type, and is refused.
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
