import type { GalleryItem, GenerationSource } from 'generation-lifecycle';
import type { FileKind, FileOutput } from 'generation-lifecycle/adapters';
import { toDescription } from '../forms/description.js';

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

/** The items of one job. Their details come from the files, because the form may have changed since; what a vendor does not say was asked for. */
export function toGalleryDrafts(
  kind: FileKind,
  { files }: FileOutput,
  { startedAt, description }: Pick<GenerationSource<never>, 'startedAt' | 'description'>,
): readonly GalleryDraft[] {
  const asked = toDescription(description);
  return files.map(({ url, metadata: { prompt = asked.prompt, width, height, seed, duration } }) => ({
    kind,
    url,
    prompt,
    width: width ?? asked.width,
    height: height ?? asked.height,
    requestedAt: startedAt,
    ...(seed !== undefined && { seed }),
    ...(duration !== undefined && { seconds: duration }),
  }));
}

/** One line: `1024 × 1024 · seed 7`. */
export const detailsOf = ({
  width,
  height,
  seconds,
  seed,
}: Pick<StudioItem, 'width' | 'height' | 'seconds' | 'seed'>): string =>
  [`${width} × ${height}`, seconds !== undefined && `${seconds} s`, seed !== undefined && `seed ${seed}`]
    .filter(detail => detail !== false)
    .join(' · ');

/** Whether it is a film. The videos of this machine are animated PNGs. */
export const isFilm = (url: string): boolean => /\.(?:mp4|webm)$/i.test(new URL(url, location.href).pathname);

/** The name of the download: the first words of the prompt. */
export function fileNameOf({ prompt, url }: StudioItem): string {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const [, extension = 'png'] = /\.(png|jpe?g|webp|mp4|webm)$/i.exec(new URL(url, location.href).pathname) ?? [];
  return `${words.slice(0, 6).join('-') || 'untitled'}.${extension}`;
}
