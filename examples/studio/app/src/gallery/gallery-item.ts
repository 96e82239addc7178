import type { GalleryItem } from 'generation-lifecycle';
import type { FileKind, FileOutput } from 'generation-lifecycle/adapters';

/** What the clients keep of a finished picture or film. */
export type GalleryDraft = {
  readonly kind: FileKind;
  readonly url: string;
  readonly prompt: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  readonly seed?: number | undefined;
  /** Of a film. */
  readonly seconds?: number | undefined;
  /** When it was asked for, in ms since the epoch. */
  readonly askedAt: number;
};

/** One finished picture or film as the gallery shows it. */
export type StudioItem = GalleryItem<GalleryDraft>;

/** The items of one job. What they are comes with the files, not from what the form says by now. */
export const toGalleryDrafts = (kind: FileKind, { files }: FileOutput, askedAt: number): readonly GalleryDraft[] =>
  files.map(({ url, metadata: { prompt = '', width = 1, height = 1, seed, duration } }) => ({
    kind,
    url,
    prompt,
    width,
    height,
    askedAt,
    ...(seed !== undefined && { seed }),
    ...(duration !== undefined && { seconds: duration }),
  }));

/** What an item is, in a line: `1024 × 1024 · seed 7`. */
export const factsOf = ({ width, height, seconds, seed }: StudioItem): string =>
  [`${width} × ${height}`, seconds !== undefined && `${seconds} s`, seed !== undefined && `seed ${seed}`]
    .filter(fact => fact !== false)
    .join(' · ');

/** Names its download: the first words of the prompt. A film is an animated PNG. */
export function fileNameOf({ prompt }: StudioItem): string {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return `${words.slice(0, 6).join('-') || 'untitled'}.png`;
}
