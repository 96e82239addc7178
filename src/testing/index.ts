export { stateAt, toChart } from '../devtools/chart/chart.js';
export type { Chart, ChartState, ChartTransition } from '../devtools/chart/chart.types.js';
export { type ChartFeed, type ChartFeedOptions, createChartFeed } from '../devtools/chart/chart-feed.js';
export type { ChartActivity, ChartChild, ChartDelay, ChartStep } from '../devtools/chart/chart-feed.types.js';
export { ExplorationError, type ExplorationErrorCode, type TraceStep } from './explore/errors.js';
export type { Answer, Ask } from './explore/every-answer.js';
export { explore } from './explore/explore.js';
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
} from './explore/explore.types.js';
export {
  type ExploreGenerationOptions,
  exploreGeneration,
  type GenerationExploration,
  type GenerationPort,
} from './explore/explore-generation.js';
export type { GenerationEnvironment } from './explore/generation.adversary.js';
export { generationMonitors } from './explore/generation.monitors.js';
export { broken, canReach } from './explore/graph.js';
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
  type VirtualSurroundings,
  type VirtualSurroundingsOptions,
  virtualSurroundings,
} from './virtual-environment.js';
