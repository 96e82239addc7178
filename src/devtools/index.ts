export { stateAt, toChart } from './chart/chart.js';
export type { Chart, ChartState, ChartTransition } from './chart/chart.types.js';
export { type ChartFeed, type ChartFeedOptions, createChartFeed } from './chart/chart-feed.js';
export type { ChartActivity, ChartChild, ChartDelay, ChartStep } from './chart/chart-feed.types.js';
export { InspectorError, type InspectorErrorCode } from './inspector/errors.js';
export { type Inspector, type InspectorOptions, inspector } from './inspector/inspector.js';
export type {
  GenerationLog,
  RecordedOmissions,
  RecordedState,
  RecordedStep,
  RecordedTime,
} from './recorder/generation-log.js';
export {
  createRecorder,
  type GenerationRecorder,
  type RecorderOptions,
} from './recorder/recorder.js';
export type { Redact, RedactedMember } from './redaction.js';
