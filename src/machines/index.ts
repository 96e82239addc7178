export { createToolMachine, type ToolMachine, type ToolMachineOptions } from './client/client.machine.js';
export type {
  Claimant,
  GenerationRecord,
  StoredItem,
  ToolClaims,
  ToolStore,
  UpsertResult,
} from './client/client.port.js';
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
} from './client/client.types.js';
export { viewTool } from './client/client.view.js';
export { createGenerationTool, type GenerationToolOptions } from './client/generation-client.js';
export { inertSurroundings, type Surroundings, type SurroundingsFact } from './environment.js';
export { GenerationError, isGenerationError } from './generation/generation.errors.js';
export {
  createGenerationMachine,
  type GenerationMachine,
  type GenerationMachineOptions,
} from './generation/generation.machine.js';
export { type GenerationPolicy, policyFor } from './generation/generation.policy.js';
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
} from './generation/generation.port.js';
export { isResumeToken, type ResumeToken, toResumeToken } from './generation/generation.token.js';
export type {
  GenerationActorInput,
  GenerationCommand,
  GenerationContext,
  GenerationEmitted,
  GenerationEvent,
  GenerationFact,
  GenerationOutcome,
  GenerationResult,
} from './generation/generation.types.js';
export {
  type GenerationConnection,
  type GenerationStatus,
  type GenerationView,
  viewGeneration,
} from './generation/generation.view.js';
