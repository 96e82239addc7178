export { ExplorationError, type ExplorationErrorCode, type TraceStep } from './errors.js';
export type { Choose, ExplorationChoice } from './every-choice.js';
export { explore } from './explore.js';
export type {
  ArmedDelay,
  ContextAbstraction,
  Exploration,
  ExplorationStart,
  ExploredEdge,
  ExploredEffect,
  ExploredGraph,
  ExploredSituation,
  ExploredState,
  ExploredStep,
  ExploreOptions,
  Monitor,
  RuleViolation,
} from './explore.types.js';
export {
  type ExploreGenerationOptions,
  exploreGeneration,
  type GenerationExploration,
  type GenerationPort,
} from './explore-generation.js';
export type { GenerationArrivals } from './generation.arrivals.js';
export { generationMonitors } from './generation.monitors.js';
export { canReach, violation } from './graph.js';
