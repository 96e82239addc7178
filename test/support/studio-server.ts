import type * as Door from '../../examples/studio/server/index.js';

export type { Backend, BackendOptions, Faults, RequestRecord } from '../../examples/studio/server/index.js';

// The compiled backend: its render thread is a file that Node has to be able to load by itself.
const compiled = new URL('../../examples/studio/dist/server/index.js', import.meta.url).href;
const door: typeof Door = await import(/* @vite-ignore */ compiled);

/** Starts the reference backend on a free loopback port. Close it at the end of the test. */
export const { startBackend } = door;
