import type { FileMetadata, FileOutput } from '../../adapters/file-backend/file-backend.types.js';
import { toMembers, toText } from '../../adapters/file-backend/metadata.js';
import type { GalleryItem, GenerationSource } from '../../machines/client/client.types.js';

type Settings = {
  readonly model: string;
  readonly style: string;
  /** As `1024x768`. */
  readonly resolution: string;
  readonly shotSize: string;
  readonly seed?: number | undefined;
};

type Draft<TSettings> = {
  readonly url: string;
  readonly prompt: string;
  /** When it was submitted, in ms since the epoch. */
  readonly timestamp: number;
  readonly projectId?: string | undefined;
  readonly requestId?: string | undefined;
  /** What the request did not set is an empty string. */
  readonly settings: TSettings;
};

type VideoSettings = Settings & {
  /** In seconds; 0 if unknown. */
  readonly duration: number;
  /** In frames per second; 0 if unknown. */
  readonly frameRate: number;
  readonly negativePrompt?: string | undefined;
};

/** An item before the client has given it an id. */
export type ImageDraft = Draft<Settings>;
export type VideoDraft = Draft<VideoSettings>;

/**
 * An image of the gallery. `id` is its file's id. In a batch, the ids of all but the first end in a number. If two
 * generations made the same file, the newer image has an id of its own.
 */
export type GeneratedImage = GalleryItem<ImageDraft>;

/**
 * A video of the gallery. `id` is its file's id; of two videos of the same file, the newer one has an id of its own.
 */
export type GeneratedVideo = GalleryItem<VideoDraft>;

/** The settings in the form in which items and stored generations hold them. */
export function toSettings({ model = '', style = '', shotSize = '', seed, ...size }: FileMetadata): Settings {
  const resolution = size.resolution ?? (size.width && size.height ? `${size.width}x${size.height}` : '');
  return { model, style, resolution, shotSize, ...(typeof seed === 'number' && { seed }) };
}

function toDrafts<TSettings>(
  { files }: FileOutput,
  { job, startedAt }: GenerationSource<unknown>,
  settingsOf: (metadata: FileMetadata) => TSettings,
): readonly Draft<TSettings>[] {
  const members = toMembers(job);
  const projectId = toText(members.get('projectId'));
  const requestId = toText(members.get('requestId'));
  return files.map(({ url, metadata }) => ({
    url,
    prompt: metadata.prompt ?? '',
    timestamp: startedAt,
    ...(projectId !== undefined && { projectId }),
    ...(requestId !== undefined && { requestId }),
    settings: settingsOf(metadata),
  }));
}

/** The images of a job, made of the file and the request alone. */
export const toImages = (output: FileOutput, source: GenerationSource<unknown>): readonly ImageDraft[] =>
  toDrafts(output, source, toSettings);

/** The videos of a job, made of the file and the request alone. */
export const toVideos = (output: FileOutput, source: GenerationSource<unknown>): readonly VideoDraft[] =>
  toDrafts(output, source, metadata => ({
    ...toSettings(metadata),
    duration: metadata.duration ?? 0,
    frameRate: metadata.frameRate ?? 0,
    ...(metadata.negativePrompt !== undefined && { negativePrompt: metadata.negativePrompt }),
  }));
