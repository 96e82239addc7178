import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** Runway's endpoints that start a task. For a newer one, pass its path below `/v1/`. */
export type RunwayEndpoint =
  | 'image_to_video'
  | 'text_to_video'
  | 'video_to_video'
  | 'text_to_image'
  | 'image_upscale'
  | 'video_upscale'
  | 'video_to_hdr'
  | 'character_performance'
  | 'avatar_videos'
  | 'sound_effect'
  | 'text_to_speech'
  | 'speech_to_speech'
  | 'voice_dubbing'
  | 'voice_isolation'
  | 'generate/image'
  | 'generate/video'
  | 'generate/audio'
  | `recipes/${string}`
  | (string & {});

/** Options of {@link runway}. */
export type RunwayOptions = {
  /** The endpoint that starts the task: `image_to_video`. The model is a member of the input, as at Runway. */
  readonly endpoint: RunwayEndpoint;
  /** The API secret, or a function that gives it before each request. @defaultValue the environment variable `RUNWAYML_API_SECRET` */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** The version of the API, sent as `X-Runway-Version`. @defaultValue `2024-11-06` */
  readonly version?: string | undefined;
  /** With or without `/v1` at the end. @defaultValue `https://api.dev.runwayml.com` */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** The adapter that {@link runway} returns. Its jobs have only an `id`. */
export type RunwayAdapter<TInput, TOutput = readonly string[]> = GenerationAdapter<TInput, TOutput> &
  Required<Pick<GenerationAdapter<TInput, TOutput>, 'cancel'>> & {
    /**
     * Rejects with the error that the first submit would fail with before sending, such as a missing key. Sends
     * nothing.
     */
    check(): Promise<void>;
  };
