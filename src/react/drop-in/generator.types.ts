import type { FailedFile } from '../../adapters/file-backend/file-backend.types.js';
import type { HeadersSource } from '../../adapters/http/credentials.js';
import type { Fetch } from '../../adapters/http/exchange.js';
import type { StorageError } from '../../machines/client/client.types.js';
import type { Failure } from '../../machines/generation/generation.port.js';
import type { GenerationDescription } from './generation-description.js';
import type { ImageForm, VideoForm } from './generator-form.js';
import type { GeneratedImage, GeneratedVideo } from './generator-item.js';

/** The state of the generation on the page. */
export type GeneratorStatus = {
  /** `pending` until the backend has accepted the job, then `processing`. A stopped generation is `idle`. */
  readonly status: 'idle' | 'pending' | 'processing' | 'completed' | 'error';
  /** 0..100. It never falls. */
  readonly progress?: number | undefined;
  /** The backend's message while the job runs. With `error`, what went wrong. */
  readonly message?: string | undefined;
  /** In seconds. Never set, because it would change every second. Use `expectedAt`. */
  readonly estimatedTime?: number | undefined;
  /**
   * When the result is expected, in ms since the epoch, from earlier files and the backend. Pass the status to
   * `useTimeLeft`.
   */
  readonly expectedAt?: number | undefined;
  /** The end of the range around it, in ms since the epoch. */
  readonly highAt?: number | undefined;
  /** It takes longer than 95 % of earlier files did. */
  readonly isLate?: boolean | undefined;
  readonly projectId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly fileId?: string | undefined;
};

/** What both hooks return. */
type Generator = {
  readonly generationStatus: GeneratorStatus;
  /** A generation is running. Disable the button to generate: another submit is ignored. */
  readonly isGenerating: boolean;
  /** The event stream of the generation is open. Without it, the file is read at intervals. */
  readonly isConnected: boolean;
  readonly connectionStatus: 'disconnected' | 'connecting' | 'connected';
  /** Hides the generation that is shown. If it is running, it is stopped as by `stopGeneration`. */
  readonly clearCurrentGeneration: () => void;
  /** Reads the file now. After a failure whose job may still run, the job is followed again, free of charge. */
  readonly forceCheckResults: () => Promise<void>;
  /**
   * Stops the generation on this page: nothing of it appears any more. The backend cannot cancel, so the job may still run
   * and be charged. The notice says so.
   */
  readonly stopGeneration: () => void;
};

/** What `useImageGenerator` returns. The functions never change; their promises never reject. */
export type ImageGenerator = Generator & {
  /** The image on the page. Of several images, the first. */
  readonly currentGeneration: GeneratedImage | null;
  /** Newest first. A copy, which you may change. */
  readonly generatedImages: GeneratedImage[];
  /**
   * Submits, and resolves when the backend has accepted or refused. Ignored while a generation runs. If the storage has
   * not been read yet, as in an effect on mount, it waits for that first: if a stored generation runs, or has failed
   * but may still bring what this form asks for, that one is shown and nothing is submitted.
   */
  readonly generateImage: (form: ImageForm) => Promise<void>;
  /** Removes it for good, in every tab. */
  readonly deleteImage: (id: string) => void;
  readonly clearAllImages: () => void;
  /** Saves the image as a file. If the page cannot read it from its server, it opens in a new tab instead. A notice says which. */
  readonly downloadImage: (image: GeneratedImage) => Promise<void>;
  readonly copyImageUrl: (image: GeneratedImage) => Promise<void>;
};

/** What `useVideoGenerator` returns. The functions never change; their promises never reject. */
export type VideoGenerator = Generator & {
  /** The video on the page. */
  readonly currentGeneration: GeneratedVideo | null;
  /** Newest first. A copy, which you may change. */
  readonly generatedVideos: GeneratedVideo[];
  /** Submits, like `generateImage` of {@link ImageGenerator}. */
  readonly generateVideo: (form: VideoForm) => Promise<void>;
  /** Removes it for good, in every tab. */
  readonly deleteVideo: (id: string) => void;
  readonly clearAllVideos: () => void;
  /** Saves the video as a file. If the page cannot read it from its server, it opens in a new tab instead. A notice says which. */
  readonly downloadVideo: (video: GeneratedVideo) => Promise<void>;
  readonly copyVideoUrl: (video: GeneratedVideo) => Promise<void>;
};

type Notice<TType extends string, TMembers> = {
  readonly type: TType;
  /** A sentence for the user. */
  readonly message: string;
  /** The kind of toast. */
  readonly level: 'success' | 'info' | 'error';
} & Readonly<TMembers>;

/**
 * A notice for the user. Use `switch` over `type`. For each generation there is exactly one of `generation.completed`,
 * `generation.failed` and `generation.stopped`, in one tab. `id` and `description` are the generation's: decide by
 * these, not by what the page shows when the notice comes.
 *
 * @example
 * useImageGenerator({ notify: ({ level, message }) => toast[level](message) });
 */
export type GeneratorNotice<TItem> =
  /** Its submit is sent. It may be charged from now on. */
  | Notice<'generation.started', { id: string; description: GenerationDescription | undefined }>
  /**
   * Its items are in the gallery. `failed` names the files of a batch that failed. With a `storageError`, the items may be
   * lost when the page closes, and the level is `error`.
   */
  | Notice<
      'generation.completed',
      {
        id: string;
        description: GenerationDescription | undefined;
        items: readonly TItem[];
        failed: readonly FailedFile[];
        storageError: StorageError | undefined;
      }
    >
  | Notice<'generation.failed', { id: string; description: GenerationDescription | undefined; failure: Failure }>
  /** `isCancelled`: it had not been sent, so nothing runs at the backend. Otherwise the job may still run. */
  | Notice<
      'generation.stopped',
      { id: string; description: GenerationDescription | undefined; isCancelled: boolean; charged: Failure['charged'] }
    >
  /** Nothing new can be stored. Told once for each reason, and with each result that it concerns. */
  | Notice<'storage.failed', { storageError: StorageError }>
  /** The gallery held what cannot be shown. It was moved to `<key>:set-aside:1` … `10`, and nothing is deleted. */
  | Notice<'storage.set-aside', { key: string }>
  /** The browser has it, and saves it as its user has set it. */
  | Notice<'item.downloaded', { item: TItem }>
  /** The page cannot read it from its server, so it was opened in a new tab. */
  | Notice<'item.opened', { item: TItem }>
  /** Its server did not give it, or the page cannot read it and the browser blocked the new tab. The message says which. */
  | Notice<'item.download-failed', { item: TItem; cause: unknown }>
  | Notice<'item.copied', { item: TItem }>
  /** The browser does not let the page write to the clipboard. */
  | Notice<'item.copy-failed', { item: TItem; cause: unknown }>;

/** Options of both hooks. You may write them inline: the newest ones are used, and new ones restart nothing. */
export type GeneratorOptions<TItem> = {
  /** Called with each notice. If several components pass a `notify`, only that of the last one mounted is called. */
  readonly notify?: ((notice: GeneratorNotice<TItem>) => void) | undefined;
  /**
   * The part of the URL before `/api/…`. Another value means another client with the same gallery.
   * @defaultValue the page's origin
   */
  readonly baseUrl?: string | undefined;
  /**
   * The owner of the gallery: any text, such as the signed-in user's id. Another scope means another client with its
   * own gallery, under `<key>:scope:<scope>`. What hand-written hooks stored belongs to no scope.
   * @defaultValue no scope
   */
  readonly scope?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sent with each request. A function is called before each request. */
  readonly headers?: HeadersSource | undefined;
};
