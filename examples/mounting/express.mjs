import express from 'express';
import { toNodeListener } from './node-listener.mjs';

/** @param {(request: Request) => Promise<Response>} handle @param {number} port */
export function listen(handle, port) {
  const app = express();
  // Before express.json(), which reads the body.
  app.all('/api/generations/*path', toNodeListener(handle));
  app.use(express.json());
  return app.listen(port, '127.0.0.1');
}
