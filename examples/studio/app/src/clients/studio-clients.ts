import { createGenerationMachine, policyFor } from 'generation-lifecycle';
import {
  browserEnvironment,
  browserLocks,
  type FileKind,
  type ImageInput,
  indexedStore,
  localStore,
  type VideoInput,
} from 'generation-lifecycle/adapters';
import type { InspectionEvent } from 'xstate';
import { chartSource } from '../chart/chart-source.js';
import { describeImage } from '../forms/image-input.js';
import { describeVideo } from '../forms/video-input.js';
import type { StudioItem } from '../gallery/gallery-item.js';
import { inspectorSwitch } from '../inspector/inspector-switch.js';
import { createLogSource, type LogSource } from '../log/log-source.js';
import { studioAdapters } from './studio-adapters.js';
import type { StudioBackend } from './studio-backend.js';
import { createStudioClient, type StudioClient } from './studio-client.js';

/** The image client, the video client, and what both have told. */
export type StudioClients = {
  readonly image: StudioClient<ImageInput>;
  readonly video: StudioClient<VideoInput>;
  readonly log: LogSource;
  /** Loads what a submit needs. Call it when one is to be expected. */
  readonly prepare: () => void;
};

/** Sends events to the chart, and to the inspector while it is on. */
const inspectAs = (kind: FileKind) => (event: InspectionEvent) => {
  chartSource.inspect(kind, event);
  inspectorSwitch.inspectAs(kind, event);
};

/**
 * The clients of a backend, which share nothing with those of another. One has `localStore`, the other `indexedStore`; a product chooses by the
 * size of its gallery.
 */
export function createStudioClients(backend: StudioBackend): StudioClients {
  const environment = browserEnvironment();
  const locks = browserLocks();
  const { image, video, prepare } = studioAdapters(backend);
  // The jobs of a vendor are unknown to its double.
  const name = backend.name === 'in-house' ? 'studio' : `studio-${backend.name}${backend.isDouble ? '-double' : ''}`;
  const clients = {
    image: createStudioClient({
      kind: 'image',
      name: `${name}-image`,
      generation: createGenerationMachine(image, { policy: policyFor('image'), environment }),
      describe: describeImage,
      store: localStore<StudioItem>({ key: `${name}-images`, limit: 60 }),
      locks,
      inspect: inspectAs('image'),
    }),
    video: createStudioClient({
      kind: 'video',
      name: `${name}-video`,
      generation: createGenerationMachine(video, { policy: policyFor('video'), environment }),
      describe: describeVideo,
      store: indexedStore<StudioItem>({ name: `${name}-videos`, limit: 60 }),
      locks,
      inspect: inspectAs('video'),
    }),
  };
  return { ...clients, log: createLogSource(clients), prepare };
}
