import { createGenerationMachine, policyFor } from 'generation-lifecycle';
import {
  browserClaims,
  browserSurroundings,
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
import type { GalleryItem } from '../gallery/gallery-item.js';
import { inspectorSwitch } from '../inspector/inspector-switch.js';
import { fetchWithFaults } from './backend-fetch.js';
import { createStudioTool, type StudioTool } from './studio-client.js';

/** Both tools of the page. */
export type StudioTools = { readonly image: StudioTool<ImageInput>; readonly video: StudioTool<VideoInput> };

const surroundings = browserSurroundings();
const claims = browserClaims();

/** Goes to whoever looks: the chart of the page, and the inspector while it is on. */
const inspectAs = (kind: FileKind) => (event: InspectionEvent) => {
  chartSource.hear(kind, event);
  inspectorSwitch.inspectAs(kind === 'image' ? 'picture' : 'film', event);
};

/** Made once for the page. Each has a store of another kind, as a product would choose by the size of its gallery. */
export const studioTools: StudioTools = {
  image: createStudioTool({
    kind: 'image',
    generation: createGenerationMachine(fileBackend({ kind: 'image', fetch: fetchWithFaults }), {
      policy: policyFor('image'),
      surroundings,
    }),
    describe: describePicture,
    store: localStore<GalleryItem>({ key: 'studio-pictures', limit: 60 }),
    claims,
    surroundings,
    inspect: inspectAs('image'),
  }),
  video: createStudioTool({
    kind: 'video',
    generation: createGenerationMachine(fileBackend({ kind: 'video', fetch: fetchWithFaults }), {
      policy: policyFor('video'),
      surroundings,
    }),
    describe: describeFilm,
    store: indexedStore<GalleryItem>({ name: 'studio-films', limit: 60 }),
    claims,
    surroundings,
    inspect: inspectAs('video'),
  }),
};
