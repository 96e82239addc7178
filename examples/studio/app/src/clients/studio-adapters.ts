import type { GenerationAdapter } from 'generation-lifecycle';
import type { FileOutput, ImageInput, VideoInput } from 'generation-lifecycle/adapters';
import type { StudioBackend } from './studio-backend.js';

/** Who makes the images and the videos. */
export type StudioAdapters = {
  readonly image: GenerationAdapter<ImageInput, FileOutput>;
  readonly video: GenerationAdapter<VideoInput, FileOutput>;
};

/** Loads the adapters of this backend, and none of another. */
export async function loadAdapters({ name }: StudioBackend): Promise<StudioAdapters> {
  if (name === 'in-house') return (await import('./in-house-files.js')).inHouseAdapters();
  const { vendorFiles } = await import('./vendor-files.js');
  return { image: vendorFiles(name, 'image'), video: vendorFiles(name, 'video') };
}
