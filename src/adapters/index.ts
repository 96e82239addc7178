export { browserEnvironment } from './browser/environment.js';
export { type BrowserLocksOptions, browserLocks } from './browser/locks.js';
export { type FileChannelsOptions, fileChannels } from './file-backend/channels.js';
export { fileBackend } from './file-backend/file-backend.js';
export type {
  FailedFile,
  FileBackendOptions,
  FileInputs,
  FileKind,
  FileMetadata,
  FileOutput,
  GeneratedFile,
  ImageInput,
  VideoInput,
} from './file-backend/file-backend.types.js';
export { toFileIds } from './file-backend/ids.js';
export { toFileUpdates } from './file-backend/updates.js';
export type { HeadersSource } from './http/credentials.js';
export { type EventStreamOptions, readEventStream, type StreamEvent } from './http/event-stream.js';
export type { Fetch } from './http/exchange.js';
export { toRetryAfterMs } from './http/retry-after.js';
export { restBackend } from './rest-backend/rest-backend.js';
export type {
  RestAnswer,
  RestBackendOptions,
  RestPlace,
  RestPlaces,
  RestRoute,
  RestState,
} from './rest-backend/rest-backend.types.js';
export { sharedEvents } from './sharing/shared-events.js';
export type { EventRoute, SharedEvents, SharedEventsOptions } from './sharing/shared-events.types.js';
export { type SharedReads, type SharedReadsOptions, sharedReads } from './sharing/shared-reads.js';
export { type IndexedStoreOptions, indexedStore } from './stores/indexed/indexed-store.js';
export { localStore } from './stores/local/local-store.js';
export type { LocalStoreOptions, StorageLike, StoredFormat } from './stores/local/local-store.types.js';
export { type MemoryStoreOptions, memoryStore } from './stores/memory-store.js';
export { isStoredGeneration } from './stores/stored-generation.js';
