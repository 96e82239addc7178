export { stateAt, toChart } from './chart.js';
export type { Chart, ChartState, ChartTransition } from './chart.types.js';
export { type ChartFeed, type ChartFeedOptions, createChartFeed } from './chart-feed.js';
export type { ChartActivity, ChartChild, ChartDelay, ChartStep } from './chart-feed.types.js';
export type { Answer, Ask } from './every-answer.js';
export { ExplorationError, type ExplorationErrorCode, type TraceStep } from './exploration.errors.js';
export { broken, canReach } from './exploration.graph.js';
export { explore } from './explore.js';
export type {
  Abstraction,
  ArmedDelay,
  Broken,
  Effect,
  Exploration,
  ExploredEdge,
  ExploredGraph,
  ExploredState,
  ExploreOptions,
  Monitor,
  Situation,
  Start,
  Step,
} from './explore.types.js';
export {
  type ExploreGenerationOptions,
  exploreGeneration,
  type GenerationExploration,
  type GenerationPort,
} from './explore-generation.js';
export type { GenerationEnvironment } from './generation.environment.js';
export { generationMonitors } from './generation.monitors.js';
export { GenerationLogError, type GenerationLogErrorCode } from './generation-log.js';
export {
  type GenerationReplay,
  type ReplayDifference,
  type ReplayOptions,
  replayGeneration,
} from './replay-generation.js';
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
  type VirtualSurroundings,
  type VirtualSurroundingsOptions,
  virtualSurroundings,
} from './virtual-surroundings.js';
