export { replicate } from './replicate.js';
export type {
  ReplicateAdapter,
  ReplicateOptions,
  ReplicateSettings,
  ReplicateTarget,
  ReplicateWebhookEvent,
} from './replicate.types.js';
