export { browserSurroundings } from './browser-surroundings.js';
export type { HeadersSource } from './credentials.js';
export { type EventStreamOptions, readEventStream, type StreamEvent } from './event-stream.js';
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
export type { Fetch } from './http-exchange.js';
export { type MemoryStoreOptions, memoryStore } from './memory-store.js';
export { toRetryAfterMs } from './retry-after.js';
