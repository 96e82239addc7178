export { createGenerationServer } from './generation-server.js';
export type {
  GenerationServer,
  GenerationServerOptions,
  ServerBackend,
  ServerLogEntry,
  ServerUser,
} from './server.types.js';
