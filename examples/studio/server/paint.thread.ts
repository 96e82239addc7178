import { Worker } from 'node:worker_threads';
import type { StartPainter } from './renderer.js';

/** Paints in a thread of its own. */
export const startPaintThread: StartPainter = (onMessage, onError) => {
  const worker = new Worker(new URL('./render.worker.js', import.meta.url));
  worker.on('message', onMessage);
  worker.on('error', onError);
  return { send: message => worker.postMessage(message), end: () => worker.terminate() };
};
