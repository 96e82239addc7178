import type { GenerationAdapter, Webhook } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** How requests are sent to OpenAI. */
export type OpenAISettings = {
  /** The API key, or a function that gives it before each request. @defaultValue the environment variable `OPENAI_API_KEY` */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** The id of the organization to bill, `org-…`. @defaultValue that of the key */
  readonly organization?: string | undefined;
  /** The id of the project, `proj_…`. @defaultValue that of the key */
  readonly project?: string | undefined;
  /** @defaultValue `https://api.openai.com/v1` */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** Settings of the tool `image_generation`, as OpenAI names them. */
export type OpenAIImageTool = {
  /** The model that makes the image: `gpt-image-2`. */
  readonly model?: string | undefined;
  /** `1024x1024`, `1536x1024`, `auto`, … */
  readonly size?: string | undefined;
  readonly quality?: string | undefined;
  readonly background?: string | undefined;
  readonly output_format?: string | undefined;
  readonly [name: string]: unknown;
};

/** Options of {@link openai}. */
export type OpenAIOptions = OpenAISettings & {
  /** The model that calls the tool: `gpt-5.5`. */
  readonly model: string;
  /** Settings of the tool. @defaultValue OpenAI's own */
  readonly image?: OpenAIImageTool | undefined;
  /** How many partial images, from 0 to 3. Each costs about 100 tokens. @defaultValue 2 */
  readonly partialImages?: number | undefined;
  /**
   * Your webhook's secret, `whsec_…`, which OpenAI shows when you create it, or a function that returns it.
   * @defaultValue the environment variable `OPENAI_WEBHOOK_SECRET`
   */
  readonly webhookSecret?: ApiKey | undefined;
};

/**
 * What you submit: a prompt, or members of the request's body, which take precedence over the options. `background`,
 * `store` and `stream` are always on.
 */
export type OpenAIInput = string | { readonly input: unknown; readonly [name: string]: unknown };

/** An image, as OpenAI describes it. */
export type OpenAIImage = {
  /** A data URL. The server half gives pages a short one in its place. */
  readonly url: string;
  /** The prompt that OpenAI used. */
  readonly revised_prompt?: string | null | undefined;
  readonly size?: string | null | undefined;
  readonly quality?: string | null | undefined;
  readonly background?: string | null | undefined;
  readonly output_format?: string | null | undefined;
};

/** The output of a {@link openai} job. */
export type OpenAIOutput = {
  readonly images: readonly OpenAIImage[];
  /** What the model wrote beside it. */
  readonly text?: string | undefined;
};

/** The adapter that {@link openai} returns. Its jobs have only an `id`. */
export type OpenAIAdapter<TInput, TOutput = OpenAIOutput> = GenerationAdapter<TInput, TOutput> &
  Required<Pick<GenerationAdapter<TInput, TOutput>, 'events' | 'cancel'>> & {
    readonly webhook: Webhook;
    /**
     * Rejects with the error that the first submit would fail with before sending, such as a missing key. Sends
     * nothing.
     */
    check(): Promise<void>;
  };

/** Options of {@link openaiImages}. */
export type OpenAIImagesOptions = OpenAISettings & {
  /** The model that makes the image: `gpt-image-2`. @defaultValue the input's, else OpenAI's own */
  readonly model?: string | undefined;
  /** How many partial images, from 0 to 3. Each costs about 100 tokens. @defaultValue 2 */
  readonly partialImages?: number | undefined;
};

/**
 * What you submit: members of the request's body, as OpenAI names them. They take precedence over the options. `stream`
 * is always on.
 */
export type OpenAIImagesInput = {
  readonly prompt: string;
  /** The image or images to edit, as bytes or data URLs. */
  readonly image?: Blob | string | readonly (Blob | string)[] | undefined;
  /** The part of the image to edit. */
  readonly mask?: Blob | string | undefined;
  readonly size?: string | undefined;
  readonly quality?: string | undefined;
  readonly background?: string | undefined;
  readonly output_format?: string | undefined;
  /** Number of images. */
  readonly n?: number | undefined;
  readonly [name: string]: unknown;
};

/** The output of a {@link openaiImages} job. */
export type OpenAIImagesOutput = { readonly images: readonly OpenAIImage[] };

/** The adapter that {@link openaiImages} returns. */
export type OpenAIImagesAdapter<TInput, TOutput = OpenAIImagesOutput> = GenerationAdapter<TInput, TOutput> &
  Required<Pick<GenerationAdapter<TInput, TOutput>, 'events'>> & {
    /**
     * Rejects with the error that the first submit would fail with before sending, such as a missing key. Sends
     * nothing.
     */
    check(): Promise<void>;
  };
