import { parentPort } from 'node:worker_threads';
import { createNodeSheet } from './art/node.sheet.js';
import { createPaintLoop } from './paint.loop.js';

parentPort?.on(
  'message',
  createPaintLoop(createNodeSheet, message => parentPort?.postMessage(message)),
);
