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
import { describeFilm } from '../forms/film-order.js';
import { describePicture } from '../forms/picture-order.js';
import type { StudioItem } from '../gallery/gallery-item.js';
import { inspectorSwitch } from '../inspector/inspector-switch.js';
import { fetchWithFaults } from './backend-fetch.js';
import { createStudioClient, type StudioClient } from './studio-client.js';

/** Both clients of the page. */
export type StudioClients = { readonly image: StudioClient<ImageInput>; readonly video: StudioClient<VideoInput> };

const environment = browserEnvironment();
const locks = browserLocks();

/** Goes to whoever looks: the chart of the page, and the inspector while it is on. */
const inspectAs = (kind: FileKind) => (event: InspectionEvent) => {
  chartSource.hear(kind, event);
  inspectorSwitch.inspectAs(kind === 'image' ? 'picture' : 'film', event);
};

/** Made once for the page. Each has a store of another kind, as a product would choose by the size of its gallery. */
export const studioClients: StudioClients = {
  image: createStudioClient({
    kind: 'image',
    generation: createGenerationMachine(fileBackend({ kind: 'image', fetch: fetchWithFaults }), {
      policy: policyFor('image'),
      environment,
    }),
    describe: describePicture,
    store: localStore<StudioItem>({ key: 'studio-pictures', limit: 60 }),
    locks,
    inspect: inspectAs('image'),
  }),
  video: createStudioClient({
    kind: 'video',
    generation: createGenerationMachine(fileBackend({ kind: 'video', fetch: fetchWithFaults }), {
      policy: policyFor('video'),
      environment,
    }),
    describe: describeFilm,
    store: indexedStore<StudioItem>({ name: 'studio-films', limit: 60 }),
    locks,
    inspect: inspectAs('video'),
  }),
};
