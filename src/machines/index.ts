export type {
  GenerationLocks,
  GenerationStore,
  LockHolder,
  LockState,
  StoredEnd,
  StoredGeneration,
  StoredItem,
  UpsertResult,
} from './client/client.port.js';
export type {
  ClientCommand,
  ClientEmitted,
  ClientGeneration,
  ClientView,
  ForgottenGeneration,
  GalleryItem,
  GenerationClient,
  GenerationHandle,
  GenerationSource,
  ItemSource,
  StorageError,
} from './client/client.types.js';
export { isExpired } from './client/gallery-item.js';
export { createGenerationClient, type GenerationClientOptions } from './client/generation-client.js';
export type { Environment, EnvironmentEvent } from './environment.js';
export type { GenerationContext } from './generation/generation.context.js';
export { GenerationError, isGenerationError } from './generation/generation.errors.js';
export {
  createGenerationMachine,
  type GenerationMachine,
  type GenerationMachineOptions,
} from './generation/generation.machine.js';
export { type GenerationPolicy, policyFor } from './generation/generation.policy.js';
export type {
  AdapterCall,
  Cost,
  EventsCall,
  Failure,
  FailureCode,
  FetchResultCall,
  GenerationAdapter,
  HiddenResults,
  JobOutcome,
  JobPhase,
  JobRef,
  JobUpdate,
  JsonObject,
  JsonValue,
  PendingUpdate,
  Preview,
  StreamCapability,
  Submission,
  SubmitCall,
  Webhook,
} from './generation/generation.port.js';
export { isResumeToken, toResumeToken } from './generation/generation.token.js';
export type {
  GenerationCommand,
  GenerationEmitted,
  GenerationResult,
  ResumeToken,
} from './generation/generation.types.js';
export {
  type GenerationConnection,
  type GenerationStatus,
  type GenerationView,
  viewGeneration,
} from './generation/generation.view.js';
export { type RunGenerationOptions, resumeTokenOf, runGeneration } from './generation/run-generation.js';
export {
  addDuration,
  type DurationHistory,
  isDurationHistory,
  type JobDuration,
} from './reads/duration-history.js';
export { type LearnedOptions, learned } from './reads/learned.js';
export { type ProportionalOptions, proportional } from './reads/proportional.js';
export { fixed, type ReadContext, type ReadSchedule } from './reads/schedule.js';
export {
  type ExpectedView,
  formatTimeLeft,
  type TimeLeft,
  type TimeLeftOptions,
  type TimeLeftPhrases,
  toTimeLeft,
} from './time-left.js';
