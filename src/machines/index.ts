export { GenerationError, isGenerationError } from './generation.errors.js';
export type { GenerationLog, RecordedState, RecordedStep, RecordedTime } from './generation.log.js';
export {
  createGenerationMachine,
  type GenerationMachine,
  type GenerationMachineOptions,
} from './generation.machine.js';
export { type GenerationPolicy, policyFor } from './generation.policy.js';
export type {
  AdapterCall,
  EventsCall,
  Failure,
  FailureCode,
  GenerationAdapter,
  JobOutcome,
  JobRef,
  JobUpdate,
  JsonObject,
  JsonValue,
  PendingUpdate,
  Preview,
  Submission,
  SubmitCall,
} from './generation.port.js';
export {
  type GenerationRecorder,
  type GenerationsRecorder,
  type RecordManyOptions,
  type RecordOptions,
  recordGeneration,
  recordGenerations,
} from './generation.recorder.js';
export { isResumeToken, type ResumeToken, toResumeToken } from './generation.token.js';
export type {
  GenerationActorInput,
  GenerationCommand,
  GenerationContext,
  GenerationEmitted,
  GenerationEvent,
  GenerationFact,
  GenerationOutcome,
  GenerationResult,
} from './generation.types.js';
export {
  type GenerationConnection,
  type GenerationStatus,
  type GenerationView,
  viewGeneration,
} from './generation.view.js';
export { createGenerationTool, type GenerationToolOptions } from './generation-tool.js';
export type { Redact, RedactedMember } from './redaction.js';
export { inertSurroundings, type Surroundings, type SurroundingsFact } from './surroundings.js';
export { createToolMachine, type ToolMachine, type ToolMachineOptions } from './tool.machine.js';
export type { Claimant, GenerationRecord, StoredItem, ToolClaims, ToolStore, UpsertResult } from './tool.port.js';
export type {
  GenerationTool,
  StorageTrouble,
  ToolCommand,
  ToolEmitted,
  ToolGeneration,
  ToolItem,
  ToolNews,
  ToolPromise,
  ToolSource,
  ToolView,
} from './tool.types.js';
export { viewTool } from './tool.view.js';
