import type { FailureCode } from '../../machines/generation/generation.port.js';
import type { HeadersSource } from '../http/credentials.js';
import type { Fetch } from '../http/exchange.js';

/** What a {@link fileBackend} generates. */
export type FileKind = 'image' | 'video';

/**
 * The input of an image generation. With `file` it is image-to-image. The backend sets what you leave out.
 *
 * @example
 * const input: ImageInput = {
 *   prompt: 'a lighthouse in fog',
 *   model: { name: 'flux-dev' },
 *   resolution: { width: 1024, height: 768 },
 *   style: { id: 'photo' },
 *   shotSize: { id: 'wide' },
 *   chatId: 'image-generator-tool',
 * };
 */
export type ImageInput = {
  readonly prompt: string;
  readonly model?: { readonly name: string } | undefined;
  /** In pixels, or a string that the backend knows, such as `16:9` or `720p`. */
  readonly resolution?: { readonly width: number; readonly height: number } | string | undefined;
  readonly style?: { readonly id: string } | undefined;
  readonly shotSize?: { readonly id: string } | undefined;
  readonly chatId?: string | undefined;
  /** A whole number. Pass one beyond 2^53 as a string of digits, which is sent unchanged. */
  readonly seed?: number | string | undefined;
  readonly negativePrompt?: string | undefined;
  readonly steps?: number | undefined;
  /** How many images the job makes, 1 to 3. */
  readonly batchSize?: number | undefined;
  /** The image to start from. */
  readonly file?: Blob | undefined;
};

/**
 * The input of a video generation. With `file` it is image-to-video. The backend sets what you leave out.
 *
 * @example
 * const input: VideoInput = {
 *   prompt: 'waves at night',
 *   model: 'ltx',
 *   resolution: '1280x720',
 *   style: 'film',
 *   shotSize: 'wide',
 *   duration: 5,
 *   frameRate: 24,
 *   chatId: 'video-generator-tool',
 * };
 */
export type VideoInput = {
  readonly prompt: string;
  readonly model?: string | undefined;
  readonly resolution?: string | undefined;
  readonly style?: string | undefined;
  readonly shotSize?: string | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
  /** Frames per second. */
  readonly frameRate?: number | undefined;
  readonly chatId?: string | undefined;
  readonly negativePrompt?: string | undefined;
  /** For example `text-to-video`. */
  readonly generationType?: string | undefined;
  /** A whole number. Pass one beyond 2^53 as a string of digits, which is sent unchanged. */
  readonly seed?: number | string | undefined;
  /** The image to start from. */
  readonly file?: Blob | undefined;
};

/** The input of each kind. */
export type FileInputs = { readonly image: ImageInput; readonly video: VideoInput };

/**
 * How a file was made, from the backend; what it leaves out is filled in from the input. The same for results from a
 * submit, a read or an event.
 */
export type FileMetadata = {
  readonly prompt?: string | undefined;
  readonly negativePrompt?: string | undefined;
  readonly model?: string | undefined;
  readonly style?: string | undefined;
  readonly shotSize?: string | undefined;
  /** The requested resolution, if it was a text such as `1280x720`. */
  readonly resolution?: string | undefined;
  /** Pixels. */
  readonly width?: number | undefined;
  /** Pixels. */
  readonly height?: number | undefined;
  /** A string if a number cannot hold it. */
  readonly seed?: number | string | undefined;
  readonly steps?: number | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
  /** Frames per second. */
  readonly frameRate?: number | undefined;
};

/** One file of a result. */
export type GeneratedFile = {
  /** Stays the same when `url` is signed again. */
  readonly id: string;
  /** An http(s) or blob URL, or a data URL of an image or a video. */
  readonly url: string;
  /** May be missing after the file is done. */
  readonly thumbnailUrl?: string | undefined;
  /** `image`, `video`, `audio`, or another type from the backend. */
  readonly type: string;
  readonly metadata: FileMetadata;
};

/** A file of a batch that failed, and why. */
export type FailedFile = {
  readonly id: string;
  readonly message: string;
  /** For example `moderated`. @defaultValue `job-failed` */
  readonly code?: FailureCode | undefined;
};

/** The output of a job: at least one file. `failed` lists the files of its batch that failed. */
export type FileOutput = { readonly files: readonly GeneratedFile[]; readonly failed: readonly FailedFile[] };

/** Where the backend is, and how to send requests to it. */
export type BackendAddress = {
  /** The URL before `/api/…`, without user, password, query and fragment. @defaultValue the page's origin */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sent with every request. A function is called before each one, and again after a 401 or 403, except to a submit. */
  readonly headers?: HeadersSource | undefined;
  /** A larger event ends the stream. @defaultValue 1_048_576 */
  readonly maxEventBytes?: number | undefined;
};

/** The backend's address, routes and headers, and how requests are sent. */
export type FileBackendOptions<TKind extends FileKind> = BackendAddress & {
  readonly kind: TKind;
  /**
   * Name of the header with a submit's idempotency key; `false` sends none. A backend on another origin must allow the
   * header (CORS); otherwise the browser blocks the request.
   * @defaultValue `Idempotency-Key`; none from a page to a backend on another origin without `idempotentSubmit`
   */
  readonly idempotencyHeader?: string | false | undefined;
  /**
   * What the backend does with a submit whose key it knows. `replays`, or `true`: it answers with the first job.
   * `rejects`: it refuses the submit. In both cases nothing is charged again. @defaultValue each submit is charged
   */
  readonly idempotentSubmit?: boolean | 'replays' | 'rejects' | undefined;
  /** How long the backend remembers a key, in ms. @defaultValue unlimited */
  readonly idempotencyWindowMs?: number | undefined;
  /** The backend has `DELETE /api/file/{id}`. @defaultValue `false` */
  readonly canCancel?: boolean | undefined;
  /** The backend has `GET` and `DELETE /api/generate/by-key/{key}`. @defaultValue `false` */
  readonly canFindByKey?: boolean | undefined;
};
