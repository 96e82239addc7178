import type { GalleryItem } from 'generation-lifecycle';
import type { FileKind, FileOutput } from 'generation-lifecycle/adapters';

/** What the clients store of a finished image or video. */
export type GalleryDraft = {
  readonly kind: FileKind;
  readonly url: string;
  readonly prompt: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  readonly seed?: number | string | undefined;
  /** Of a video. */
  readonly seconds?: number | undefined;
  /** When it was requested, in ms since the epoch. */
  readonly requestedAt: number;
};

/** A finished image or video in the gallery. */
export type StudioItem = GalleryItem<GalleryDraft>;

/** The items of one job. Their details come from the files, because the form may have changed since. */
export const toGalleryDrafts = (kind: FileKind, { files }: FileOutput, requestedAt: number): readonly GalleryDraft[] =>
  files.map(({ url, metadata: { prompt = '', width = 1, height = 1, seed, duration } }) => ({
    kind,
    url,
    prompt,
    width,
    height,
    requestedAt,
    ...(seed !== undefined && { seed }),
    ...(duration !== undefined && { seconds: duration }),
  }));

/** One line: `1024 × 1024 · seed 7`. */
export const detailsOf = ({ width, height, seconds, seed }: StudioItem): string =>
  [`${width} × ${height}`, seconds !== undefined && `${seconds} s`, seed !== undefined && `seed ${seed}`]
    .filter(detail => detail !== false)
    .join(' · ');

/** The name of the download: the first words of the prompt. A video is an animated PNG. */
export function fileNameOf({ prompt }: StudioItem): string {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return `${words.slice(0, 6).join('-') || 'untitled'}.png`;
}
