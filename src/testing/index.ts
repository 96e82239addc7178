export type {
  AdapterFactory,
  AdapterRequirement,
  AdapterRequirementsOptions,
  AdapterTestServer,
  ServerAnswer,
} from './conformance/conformance.types.js';
export {
  adapterRequirements,
  type TestAdapterOptions,
  type TestFunction,
  testAdapter,
} from './conformance/test-adapter.js';
export { type OpenJobStores, type TestJobStoreOptions, testJobStore } from './job-store/test-job-store.js';
export { GenerationLogError, type GenerationLogErrorCode } from './replay/log-format.js';
export {
  type GenerationReplay,
  type ReplayDifference,
  type ReplayOptions,
  replayGeneration,
} from './replay/replay-generation.js';
export { type Scenario, scenarios } from './scenarios.js';
export { type ScriptedOptions, scripted } from './scripted.js';
export type {
  CancelStep,
  ReadStep,
  Script,
  ScriptedAdapter,
  ScriptedCall,
  ScriptedClock,
  ScriptedError,
  StreamStep,
  SubmitStep,
} from './scripted.types.js';
export {
  type VirtualEnvironment,
  type VirtualEnvironmentOptions,
  virtualEnvironment,
} from './virtual-environment.js';
