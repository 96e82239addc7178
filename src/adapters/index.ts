export { type BrowserClaimsOptions, browserClaims } from './browser-claims.js';
export { browserSurroundings } from './browser-surroundings.js';
export type { HeadersSource } from './credentials.js';
export { type EventStreamOptions, readEventStream, type StreamEvent } from './event-stream.js';
export { toFileIds } from './file-backend.address.js';
export { fileBackend } from './file-backend.js';
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
} from './file-backend.types.js';
export { type FileChannelsOptions, fileChannels, type HeardFileEvent } from './file-channels.js';
export { toFileUpdates } from './file-updates.js';
export { isGenerationRecord } from './generation-record.js';
export type { Fetch } from './http-exchange.js';
export { type IndexedStoreOptions, indexedStore } from './indexed-store.js';
export { InspectorError, type InspectorErrorCode } from './inspector.errors.js';
export { type Inspector, type InspectorOptions, inspector } from './inspector.js';
export { localStore } from './local-store.js';
export type { LocalStoreOptions, RecordFormat } from './local-store.types.js';
export { type MemoryStoreOptions, memoryStore } from './memory-store.js';
export { toRetryAfterMs } from './retry-after.js';
export { sharedEvents } from './shared-events.js';
export type { EventRoute, SharedEvents, SharedEventsOptions } from './shared-events.types.js';
export { type SharedReads, type SharedReadsOptions, sharedReads } from './shared-reads.js';
