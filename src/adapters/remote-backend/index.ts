export { createInputUpload, type InputUploadOptions, type UploadedInput } from './input-upload.js';
export { type RemoteBackend, type RemoteBackendOptions, remoteBackend } from './remote-backend.js';
export { type RemoteLocksOptions, remoteLocks } from './remote-locks.js';
export { type RemoteStoreOptions, remoteStore } from './remote-store.js';
