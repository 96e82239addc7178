import { createGenerationMachine, policyFor } from 'generation-lifecycle';
import {
  browserEnvironment,
  browserLocks,
  type FileKind,
  fileBackend,
  type ImageInput,
  indexedStore,
  localStore,
  type VideoInput,
} from 'generation-lifecycle/adapters';
import type { InspectionEvent } from 'xstate';
import { chartSource } from '../chart/chart-source.js';
import { faultsInAddress } from '../faults.js';
import { describeImage } from '../forms/image-input.js';
import { describeVideo } from '../forms/video-input.js';
import type { StudioItem } from '../gallery/gallery-item.js';
import { inspectorSwitch } from '../inspector/inspector-switch.js';
import { fetchWithFaults } from './backend-fetch.js';
import { createStudioClient, type StudioClient } from './studio-client.js';

/** The image client and the video client. */
export type StudioClients = { readonly image: StudioClient<ImageInput>; readonly video: StudioClient<VideoInput> };

const environment = browserEnvironment();

/** The backend has a cancel route only with this fault. What an adapter can do is known when it is made. */
const canCancel = faultsInAddress().includes('"slowCancel"');
const locks = browserLocks();

/** Sends events to the chart, and to the inspector while it is on. */
const inspectAs = (kind: FileKind) => (event: InspectionEvent) => {
  chartSource.inspect(kind, event);
  inspectorSwitch.inspectAs(kind, event);
};

/** One has `localStore`, the other `indexedStore`; a product chooses by the size of its gallery. */
export const studioClients: StudioClients = {
  image: createStudioClient({
    kind: 'image',
    generation: createGenerationMachine(fileBackend({ kind: 'image', fetch: fetchWithFaults, canCancel }), {
      policy: policyFor('image'),
      environment,
    }),
    describe: describeImage,
    store: localStore<StudioItem>({ key: 'studio-images', limit: 60 }),
    locks,
    inspect: inspectAs('image'),
  }),
  video: createStudioClient({
    kind: 'video',
    generation: createGenerationMachine(fileBackend({ kind: 'video', fetch: fetchWithFaults, canCancel }), {
      policy: policyFor('video'),
      environment,
    }),
    describe: describeVideo,
    store: indexedStore<StudioItem>({ name: 'studio-videos', limit: 60 }),
    locks,
    inspect: inspectAs('video'),
  }),
};
