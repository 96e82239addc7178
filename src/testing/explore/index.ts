export { ExplorationError, type ExplorationErrorCode, type TraceStep } from './errors.js';
export type { Answer, Ask } from './every-answer.js';
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
export type { GenerationAdversary } from './generation.adversary.js';
export { generationMonitors } from './generation.monitors.js';
export { broken, canReach } from './graph.js';
