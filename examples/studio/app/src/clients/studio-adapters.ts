import type { GenerationAdapter } from 'generation-lifecycle';
import type { FileKind, FileOutput, ImageInput, VideoInput } from 'generation-lifecycle/adapters';
import type { VendorName } from '../../../server/generations/vendor.types.js';
import { faultsInAddress } from '../faults.js';
import { type AdapterTraits, lazyAdapter } from './lazy-adapter.js';
import type { StudioBackend } from './studio-backend.js';

/** Who makes the images and the videos. */
export type StudioAdapters = {
  readonly image: GenerationAdapter<ImageInput, FileOutput>;
  readonly video: GenerationAdapter<VideoInput, FileOutput>;
  /** Loads their code now, so that the first submit does not wait for it. */
  readonly prepare: () => void;
};

/**
 * The adapters of this backend. Their code is loaded with the first submit, or the first job that goes on: what was made is shown without
 * it.
 */
export const studioAdapters = ({ name, isInPage }: StudioBackend): StudioAdapters =>
  name === 'in-house' ? inHouseAdapters() : vendorAdapters(name, !isInPage);

function inHouseAdapters(): StudioAdapters {
  const load = () => import('./in-house-files.js');
  // What an adapter can do is known when the page is opened.
  const canCancel = !faultsInAddress().includes('"noCancel"');
  // Of the `fileBackend` of this page's server.
  const traits: AdapterTraits = {
    origin: location.origin,
    can: ['events', ...(canCancel ? (['cancel'] as const) : [])],
  };
  return {
    image: lazyAdapter(traits, async () => (await load()).inHouseFiles('image')),
    video: lazyAdapter(traits, async () => (await load()).inHouseFiles('video')),
    prepare: preparing(load),
  };
}

/** @param durable whether the server half has a store */
function vendorAdapters(name: VendorName, durable: boolean): StudioAdapters {
  const load = () => import('./vendor-files.js');
  // Of its `remoteBackend`.
  const traitsOf = (kind: FileKind): AdapterTraits => ({
    origin: new URL(`/api/generations/${name}-${kind}`, location.href).href,
    stream: { tells: 'states' },
    ...(durable && { idempotentSubmit: 'replays' }),
    can: ['events', 'cancel', ...(durable ? (['find', 'cancelByKey'] as const) : [])],
  });
  return {
    image: lazyAdapter(traitsOf('image'), async () => (await load()).vendorFiles(name, 'image', durable)),
    video: lazyAdapter(traitsOf('video'), async () => (await load()).vendorFiles(name, 'video', durable)),
    prepare: preparing(load),
  };
}

/** What fails now is tried again, and told, by the call that needs it. */
const preparing = (load: () => Promise<unknown>) => () => void load().catch(() => undefined);
