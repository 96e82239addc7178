import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** @param {(request: Request) => Promise<Response>} handle @param {number} port */
export function listen(handle, port) {
  const app = new Hono();
  app.all('/api/generations/*', context => handle(context.req.raw));
  // By default it replaces the global Request and Response of the process.
  return serve({ fetch: app.fetch, port, hostname: '127.0.0.1', overrideGlobalObjects: false });
}
