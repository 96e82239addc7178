import type * as Server from '../../examples/studio/server/index.js';

export type { Backend, Faults, RequestRecord } from '../../examples/studio/server/index.js';

// The compiled backend: Node has to be able to load its render worker.
const compiled = new URL('../../examples/studio/dist/server/index.js', import.meta.url).href;
const server: typeof Server = await import(/* @vite-ignore */ compiled);

/** Starts the reference backend on a free loopback port. Close it at the end of the test. */
export const { startBackend } = server;
