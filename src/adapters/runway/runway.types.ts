import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Fetch } from '../http/exchange.js';

/** The endpoints of Runway that start a task. A newer one is a text like these: its path below `/v1/`. */
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
  /** What starts the task: `image_to_video`. The model is a member of the input, as Runway has it. */
  readonly endpoint: RunwayEndpoint;
  /** The API secret, or a function that gives it before each request. @defaultValue the environment variable `RUNWAYML_API_SECRET` */
  readonly apiKey?: ApiKey | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
  /** The version of the API, sent as `X-Runway-Version`. @defaultValue `2024-11-06` */
  readonly version?: string | undefined;
  /** With or without `/v1` at its end. @defaultValue `https://api.dev.runwayml.com` */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** What {@link runway} returns. Its jobs are an `id` and nothing else. */
export type RunwayAdapter<TInput, TOutput = readonly string[]> = GenerationAdapter<TInput, TOutput> &
  Required<Pick<GenerationAdapter<TInput, TOutput>, 'cancel'>> & {
    /** Rejects with what the first submit would say before it is sent, such as a missing key. It sends nothing. */
    check(): Promise<void>;
  };
