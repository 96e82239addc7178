import type { HeadersSource } from '../http/credentials.js';
import type { Fetch } from '../http/exchange.js';

/** What a backend of this protocol makes. */
export type FileKind = 'image' | 'video';

/**
 * What to ask an image backend for. With `file` it is image-to-image. What is left out, the backend decides.
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
  /** In pixels. */
  readonly resolution?: { readonly width: number; readonly height: number } | undefined;
  readonly style?: { readonly id: string } | undefined;
  readonly shotSize?: { readonly id: string } | undefined;
  readonly chatId?: string | undefined;
  readonly seed?: number | undefined;
  readonly negativePrompt?: string | undefined;
  readonly steps?: number | undefined;
  /** How many images, 1 to 3; together they are one job. */
  readonly batchSize?: number | undefined;
  /** The picture to start from. */
  readonly file?: Blob | undefined;
};

/**
 * What to ask a video backend for. With `file` it is image-to-video. What is left out, the backend decides.
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
  /** In seconds. */
  readonly duration?: number | undefined;
  /** In frames per second. */
  readonly frameRate?: number | undefined;
  readonly chatId?: string | undefined;
  readonly negativePrompt?: string | undefined;
  /** Such as `text-to-video`. */
  readonly generationType?: string | undefined;
  readonly seed?: number | undefined;
  /** The picture to start from. */
  readonly file?: Blob | undefined;
};

/** The input of each kind. */
export type FileInputs = { readonly image: ImageInput; readonly video: VideoInput };

/**
 * How a file was made: what was asked for, and over it what the backend says it did. It is the same whichever way the
 * result came.
 */
export type FileMetadata = {
  readonly prompt?: string | undefined;
  readonly negativePrompt?: string | undefined;
  readonly model?: string | undefined;
  readonly style?: string | undefined;
  readonly shotSize?: string | undefined;
  /** As it was asked for, where that was a text such as `1280x720`. */
  readonly resolution?: string | undefined;
  /** In pixels. */
  readonly width?: number | undefined;
  /** In pixels. */
  readonly height?: number | undefined;
  readonly seed?: number | undefined;
  readonly steps?: number | undefined;
  /** In seconds. */
  readonly duration?: number | undefined;
  /** In frames per second. */
  readonly frameRate?: number | undefined;
};

/** One result. `id` stays the same when `url` is signed anew. */
export type GeneratedFile = {
  readonly id: string;
  /** http(s), blob, or a data url of an image or a video. */
  readonly url: string;
  /** May still be missing when the file is done. */
  readonly thumbnailUrl?: string | undefined;
  /** `image`, `video`, `audio` or what else the backend says. */
  readonly type: string;
  readonly metadata: FileMetadata;
};

/** A file of a batch that did not come to be. */
export type FailedFile = { readonly id: string; readonly message: string };

/** What a job made: at least one file. `failed` names the others of its batch that failed. */
export type FileOutput = { readonly files: readonly GeneratedFile[]; readonly failed: readonly FailedFile[] };

/** Where the backend is and how to speak to it. */
export type FileBackendOptions<TKind extends FileKind> = {
  readonly kind: TKind;
  /** Stands before `/api/…`. @defaultValue the page's own origin */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sent with every request. As a function it is asked before each, and once more when a read or stream gets 401 or 403. */
  readonly headers?: HeadersSource | undefined;
  /** A longer event ends the stream. @defaultValue 1 MiB */
  readonly maxEventBytes?: number | undefined;
};
