import type { JobRef } from 'generation-lifecycle';
import type { FileOutput } from 'generation-lifecycle/adapters';

/** One finished picture as the gallery shows it. */
export type GalleryItem = {
  /** The same for the same result, whatever its url is signed with. */
  readonly key: string;
  readonly url: string;
  readonly prompt: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  readonly seed: number | undefined;
};

/** The pictures of one job. What they are comes with the files, not from what the form says by now. */
export const toGalleryItems = (job: JobRef, { files }: FileOutput): readonly GalleryItem[] =>
  files.map(({ url, metadata: { prompt = '', width = 1, height = 1, seed } }, index) => ({
    key: `${job.id}/${index}`,
    url,
    prompt,
    width,
    height,
    seed,
  }));
