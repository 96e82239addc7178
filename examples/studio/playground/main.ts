import { EventSource } from 'eventsource';
import { openStudio } from '../app/src/open-studio.js';
import { createWorkerFetch } from './worker.fetch.js';

// The studio is the same as with a server: what it would send there goes to a worker of this page.
const worker = new Worker(new URL('./backend.worker.ts', import.meta.url), { type: 'module' });
globalThis.fetch = createWorkerFetch(worker, globalThis.fetch.bind(globalThis));
// The browser's own would ask the network. This one uses the `fetch` above.
Reflect.set(globalThis, 'EventSource', EventSource);

await openStudio();
