export { blackForestLabs } from './black-forest-labs.js';
export type {
  BlackForestLabsAdapter,
  BlackForestLabsJob,
  BlackForestLabsOptions,
  BlackForestLabsOutput,
} from './black-forest-labs.types.js';
