import type { FailedFile } from '../../adapters/file-backend/file-backend.types.js';
import type { HeadersSource } from '../../adapters/http/credentials.js';
import type { Fetch } from '../../adapters/http/exchange.js';
import type { Failure } from '../../machines/generation/generation.port.js';
import type { ImageForm, VideoForm } from './generator-form.js';
import type { GeneratedImage, GeneratedVideo } from './generator-item.js';

/** Where the generation is that the page shows. */
export type GeneratorStatus = {
  /** `pending` until the backend has the job, `processing` from then on. A stopped one is `idle`. */
  readonly status: 'idle' | 'pending' | 'processing' | 'completed' | 'error';
  /** 0..100; never falls. */
  readonly progress?: number | undefined;
  /** The backend's words while it runs; what went wrong, once it is `error`. */
  readonly message?: string | undefined;
  /** In seconds. This backend tells none. */
  readonly estimatedTime?: number | undefined;
  readonly projectId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly fileId?: string | undefined;
};

/** What both hooks return, whatever is made. */
type Generator = {
  readonly generationStatus: GeneratorStatus;
  /** A generation is under way: the button to generate is to be disabled, and another one would be ignored. */
  readonly isGenerating: boolean;
  /** The event stream of the generation is open. Without it the file is read at intervals. */
  readonly isConnected: boolean;
  readonly connectionStatus: 'disconnected' | 'connecting' | 'connected';
  /** Forgets the generation that is shown. One that runs is stopped as by `stopGeneration`, and never comes back. */
  readonly clearCurrentGeneration: () => void;
  /** Reads the file now. After a failure whose job may still run it is followed again, which costs nothing. */
  readonly forceCheckResults: () => Promise<void>;
  /**
   * Stops waiting for the generation; nothing of it appears any more. This backend has no way to cancel: the job may
   * still run and be charged, and the notice says so.
   */
  readonly stopGeneration: () => void;
};

/** What `useImageGenerator` returns. The functions never change; those that return a promise never reject. */
export type ImageGenerator = Generator & {
  /** What the generation that is shown has made; of several images, the first. */
  readonly currentGeneration: GeneratedImage | null;
  /** Newest first. A copy: it may be changed. */
  readonly generatedImages: GeneratedImage[];
  /** Submits, and resolves as soon as that is answered, one way or the other. Ignored while a generation is under way. */
  readonly generateImage: (form: ImageForm) => Promise<void>;
  /** Removes it for good, in every tab. */
  readonly deleteImage: (id: string) => void;
  readonly clearAllImages: () => void;
  /** Saves the image as a file, or opens it in a new tab where its server does not let a page read it. */
  readonly downloadImage: (image: GeneratedImage) => Promise<void>;
  readonly copyImageUrl: (image: GeneratedImage) => Promise<void>;
};

/** What `useVideoGenerator` returns. The functions never change; those that return a promise never reject. */
export type VideoGenerator = Generator & {
  /** What the generation that is shown has made. */
  readonly currentGeneration: GeneratedVideo | null;
  /** Newest first. A copy: it may be changed. */
  readonly generatedVideos: GeneratedVideo[];
  /** Submits, and resolves as soon as that is answered, one way or the other. Ignored while a generation is under way. */
  readonly generateVideo: (form: VideoForm) => Promise<void>;
  /** Removes it for good, in every tab. */
  readonly deleteVideo: (id: string) => void;
  readonly clearAllVideos: () => void;
  /** Saves the video as a file, or opens it in a new tab where its server does not let a page read it. */
  readonly downloadVideo: (video: GeneratedVideo) => Promise<void>;
  readonly copyVideoUrl: (video: GeneratedVideo) => Promise<void>;
};

type Told<TType extends string, TMembers> = {
  readonly type: TType;
  /** What a toast may say as it is. */
  readonly message: string;
  /** Which kind of toast it is. */
  readonly level: 'success' | 'info' | 'error';
} & Readonly<TMembers>;

/**
 * Something a page may tell its user, `switch` over `type`. Of the three `generation.…` that end a generation there is
 * exactly one for each, in one tab.
 *
 * @example
 * useImageGenerator({ notify: ({ level, message }) => toast[level](message) });
 */
export type GeneratorNotice<TItem> =
  /** Its submit goes out: it may be charged from now on. */
  | Told<'generation.started', { id: string }>
  /** What was made is in the gallery. `failed` names those of a batch that did not come to be. */
  | Told<'generation.completed', { id: string; items: readonly TItem[]; failed: readonly FailedFile[] }>
  | Told<'generation.failed', { id: string; failure: Failure }>
  /** `isCancelled`: nothing of it runs at the backend, because nothing of it had been sent. Else it may go on. */
  | Told<'generation.stopped', { id: string; isCancelled: boolean; charged: Failure['charged'] }>
  | Told<'item.downloaded', { item: TItem }>
  /** Its server does not let the page read it; it was opened in a tab of its own. */
  | Told<'item.opened', { item: TItem }>
  | Told<'item.download-failed', { item: TItem; cause: unknown }>
  | Told<'item.copied', { item: TItem }>
  /** The page may not write to the clipboard. */
  | Told<'item.copy-failed', { item: TItem; cause: unknown }>;

/** What both hooks may be told. All of it may be written inline: the newest is used, and a new one restarts nothing. */
export type GeneratorOptions<TItem> = {
  /** Told what a toast may say. Of several components, the one of those with a `notify` that was mounted last. */
  readonly notify?: ((notice: GeneratorNotice<TItem>) => void) | undefined;
  /** Stands before `/api/…`. Another one is another client, on the same gallery. @defaultValue the page's own origin */
  readonly baseUrl?: string | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sent with every request; as a function it is asked before each. */
  readonly headers?: HeadersSource | undefined;
};
