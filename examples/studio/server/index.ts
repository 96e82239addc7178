export { type Backend, type BackendOptions, startBackend } from './backend.js';
export { type Faults, FaultsError } from './faults.js';
export { PortError } from './port.js';
export type { RequestRecord } from './request.log.js';
