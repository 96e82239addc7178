import express from 'express';
import { toListener } from 'generation-lifecycle/server/node';

/** @param {(request: Request) => Promise<Response>} handle @param {number} port */
export function listen(handle, port) {
  const app = express();
  // Before express.json(), which reads the body.
  app.all('/api/generations/*path', toListener(handle));
  app.use(express.json());
  return app.listen(port, '127.0.0.1');
}
