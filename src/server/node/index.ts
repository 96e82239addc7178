export { directoryInputs } from './directory-inputs.js';
export { type Served, type ServeOptions, serve } from './serve.js';
export { toListener } from './to-listener.js';
