import type { GenerationAdapter, JobRef } from '../../machines/generation/generation.port.js';
import type { HeadersSource } from '../http/credentials.js';
import type { Fetch } from '../http/exchange.js';
import type { WebSocketLike } from '../http/web-socket.js';
import type { ComfyWorkflow } from './comfyui.types.js';

/** A file that ComfyUI wrote. */
export type ComfyUiFile = {
  readonly node_id: string;
  /** The node's name for it: `images`, `gifs`, `audio`. */
  readonly kind: string;
  readonly filename: string;
  readonly subfolder: string;
  /** `output`; or `temp` for what a node only shows, which ComfyUI deletes when it starts. */
  readonly type: string;
  /** Absolute. Works as long as ComfyUI keeps the file. */
  readonly url: string;
};

/** The output of a {@link comfyui} job. Files that ComfyUI keeps come before those that a node only shows. */
export type ComfyUiOutput = { readonly outputs: readonly ComfyUiFile[] };

/** Options of {@link comfyui}. */
export type ComfyUiOptions<TInput> = {
  /** ComfyUI's address, with or without `/api`. @defaultValue `http://127.0.0.1:8188` */
  readonly baseUrl?: string | undefined;
  /**
   * Headers for every request, for a proxy in front that asks for credentials. Pass a WebSocket's headers in
   * `webSocket`. @defaultValue none
   */
  readonly headers?: HeadersSource | undefined;
  /** Makes the workflow from an input. @defaultValue the input is the workflow */
  readonly workflow?: ((input: TInput) => ComfyWorkflow) | undefined;
  /**
   * Opens the WebSocket, such as `url => new WebSocket(url, { headers })` with `WebSocket` of the package `ws`.
   * @defaultValue the global `WebSocket` of browsers and Node 22. Without one, jobs are polled
   */
  readonly webSocket?: ((url: string) => WebSocketLike) | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** The adapter that {@link comfyui} returns. */
export type ComfyUiAdapter<TInput> = GenerationAdapter<TInput, ComfyUiOutput> &
  Required<Pick<GenerationAdapter<TInput, ComfyUiOutput>, 'events' | 'cancel' | 'find'>> & {
    /**
     * Rejects with the error that the first submit would fail with before sending, such as an API that the platform
     * lacks. Sends nothing.
     */
    check(): Promise<void>;
  };

/** The job of a {@link comfyui} adapter: JSON. */
export type ComfyUiJob = JobRef & {
  /** The id of the WebSocket that gets the job's messages. */
  readonly clientId: string;
  /** Number of nodes in its workflow, from which the progress is calculated. */
  readonly nodeCount: number;
};
