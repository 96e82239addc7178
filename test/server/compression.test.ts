import { once } from 'node:events';
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import compression from 'compression';
import express from 'express';
import { toListener } from 'generation-lifecycle/server/node';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { describe, expect, it, onTestFinished } from 'vitest';
import { durableHalf } from '../support/server-half.js';

type Handle = (request: Request) => Promise<Response>;

function listenExpress(handle: Handle) {
  const app = express().use(compression({ threshold: 0 }));
  return app.all('/api/generations/*path', toListener(handle)).listen(0, '127.0.0.1');
}

function listenHono(handle: Handle) {
  const app = new Hono().use(compress({ threshold: 0 }));
  app.all('/api/generations/*', context => handle(context.req.raw));
  return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false });
}

describe.each([
  ['Express 5', listenExpress],
  ['Hono', listenHono],
])('the server half, behind the compression of %s', (_, listen) => {
  it('is compressed, but for streams: their events come one by one', async () => {
    const quiet = { maxStreamMs: 3_600_000, repeatStateMs: 3_600_000 };
    const { handle } = durableHalf(quiet, { scenario: { queuedMs: 3_600_000 } });
    const server = listen(handle) as Server;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    if (!server.listening) await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const baseUrl = `http://127.0.0.1:${port}/api/generations/image`;

    const headers = { authorization: 'Bearer ada', 'accept-encoding': 'gzip', 'content-type': 'application/json' };
    const events = await fetch(`${baseUrl}/events`, { headers });
    expect(events.headers.get('content-encoding')).toBeNull();
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('retry: 1000\n\n');
    const submit = {
      method: 'POST',
      body: '{"prompt":"a lighthouse"}',
      headers: { ...headers, 'idempotency-key': 'a' },
    };
    const { headers: said } = await fetch(`${baseUrl}/jobs`, submit);
    expect(said.get('content-encoding')).toBe('gzip');
    // The job waits for an hour: what is held back does not come while this test runs.
    expect((await reader?.read())?.value).toContain('"pending"');
  });
});
