export { type Backend, type BackendOptions, startBackend } from './backend.js';
export { type Faults, FaultsError } from './faults.js';
export { type VendorKeys, vendorKeys } from './generations/vendor.types.js';
export { PortError } from './port.js';
export type { RequestRecord } from './request.log.js';
