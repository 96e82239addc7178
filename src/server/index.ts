export {
  RefusedResultError,
  type ResultDownload,
  type ResultInfo,
  type ResultKey,
  type ResultRange,
  type ResultStore,
  type StoredResult,
} from './copies/result-store.js';
export type { EngineWorker, GenerationEngine, JobWake } from './engine/generation-engine.js';
export { createGenerationServer } from './generation-server.js';
export type { InputRange, InputStore, StoredInput } from './inputs/input-store.js';
export type { InputType } from './inputs/media-types.js';
export { memoryInputs } from './inputs/memory-inputs.js';
export type { InputInfo, WishInputs } from './inputs/wish-inputs.js';
export type { Charge, Correction, MoneyHooks, Reservation, Settlement } from './money/money.types.js';
export type { ServerLogEntry } from './observe/log.types.js';
export type { ServerLogEvent } from './observe/log-events.js';
export type {
  ServerEvent,
  ServerObserver,
  ServerSource,
  ServerWork,
  ServerWorkEnd,
} from './observe/observer.types.js';
export type {
  DurableGenerationServer,
  GenerationServer,
  GenerationServerOptions,
  InputOptions,
  ServerBackend,
  ServerUser,
} from './server.types.js';
export type {
  AddedDuration,
  InsertLimits,
  InsertResult,
  InTransaction,
  JobCounts,
  JobLease,
  JobStore,
  NewStoredJob,
  StoredJob,
  StoredJobChange,
  StoredJobNotice,
  StoredJobStatus,
  WriteCondition,
} from './store/job-store.js';
export { type MemoryJobStore, type MemoryJobsOptions, memoryJobs } from './store/memory-jobs.js';
export type { MemoryTransaction } from './store/memory-rows.js';
export type { RecordShelf, RecordStore, RecordsWritten, RecordWrite, StoredRecord } from './store/record-store.js';
