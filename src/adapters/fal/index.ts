export { fal } from './fal.js';
export type { FalAdapter, FalJob, FalOptions } from './fal.types.js';
