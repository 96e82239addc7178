export type {
  GoogleInteractionInput,
  GoogleInteractionsAdapter,
  GoogleMedium,
  GoogleOperationInput,
  GoogleOperationJob,
  GoogleOperationsAdapter,
  GoogleOptions,
  GoogleOutput,
} from './google.types.js';
export { googleInteractions } from './interactions.js';
export { googleOperations } from './operations.js';
