export { runway } from './runway.js';
export type { RunwayAdapter, RunwayEndpoint, RunwayOptions } from './runway.types.js';
