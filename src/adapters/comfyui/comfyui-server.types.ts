import type { GenerationAdapter, JobRef } from '../../machines/generation/generation.port.js';
import type { HeadersSource } from '../http/credentials.js';
import type { Fetch } from '../http/exchange.js';
import type { WebSocketLike } from '../http/web-socket.js';
import type { ComfyWorkflow } from './comfyui.types.js';

/** A file that ComfyUI has written. */
export type ComfyUiFile = {
  readonly node_id: string;
  /** What its node calls it: `images`, `gifs`, `audio`. */
  readonly kind: string;
  readonly filename: string;
  readonly subfolder: string;
  /** `output`, or `temp` for what a node only shows: ComfyUI deletes that when it starts. */
  readonly type: string;
  /** Absolute. It works as long as ComfyUI has the file. */
  readonly url: string;
};

/** What a job of {@link comfyui} results in: what is kept comes before what a node only shows. */
export type ComfyUiOutput = { readonly outputs: readonly ComfyUiFile[] };

/** Options of {@link comfyui}. */
export type ComfyUiOptions<TInput> = {
  /** Where ComfyUI is, with or without `/api`. @defaultValue `http://127.0.0.1:8188` */
  readonly baseUrl?: string | undefined;
  /** Headers of every request, for a proxy in front that asks for credentials. A WebSocket gets its own in `webSocket`. @defaultValue none */
  readonly headers?: HeadersSource | undefined;
  /** Makes the workflow of a wish. @defaultValue the input is the workflow */
  readonly workflow?: ((input: TInput) => ComfyWorkflow) | undefined;
  /**
   * Opens the WebSocket, such as `url => new WebSocket(url, { headers })` with `WebSocket` of the package `ws`.
   * @defaultValue the global `WebSocket`, which browsers and Node 22 have. Without one, jobs are read
   */
  readonly webSocket?: ((url: string) => WebSocketLike) | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** What {@link comfyui} returns. */
export type ComfyUiAdapter<TInput> = GenerationAdapter<TInput, ComfyUiOutput> &
  Required<Pick<GenerationAdapter<TInput, ComfyUiOutput>, 'events' | 'cancel' | 'find'>> & {
    /** Rejects with what the first submit would say before it is sent, such as an API that the platform lacks. It sends nothing. */
    check(): Promise<void>;
  };

/** The job of a {@link comfyui} adapter: JSON. */
export type ComfyUiJob = JobRef & {
  /** Which WebSocket hears of the job. */
  readonly clientId: string;
  /** How many nodes its workflow has, for its progress. */
  readonly nodeCount: number;
};
