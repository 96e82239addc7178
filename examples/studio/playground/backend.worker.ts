import { Hono } from 'hono';
import { createChannels } from '../server/channels.js';
import { createJobs } from '../server/jobs.js';
import { createPaintLoop } from '../server/paint.loop.js';
import { pause } from '../server/pause.js';
import { createRenderer, type StartPainter } from '../server/renderer.js';
import type { RouteEnv } from '../server/route.env.js';
import { jobRoutes, refuseTheRest } from '../server/routes.js';
import type { StudioOffer } from '../server/studio.offer.js';
import { createBlobUrls } from './blob.urls.js';
import { createCanvasSheet } from './canvas.sheet.js';
import { openDatabase } from './database.js';
import type { PageRequest } from './messages.js';
import { createPortOutgoing } from './port.outgoing.js';
import { startServerHalf } from './server.half.js';
import { openStoredFiles } from './stored.files.js';

/** It paints in this thread, a part at a time. */
const startPainter: StartPainter = onMessage => ({ send: createPaintLoop(createCanvasSheet, onMessage), end() {} });

const database = openDatabase();
const kept = openStoredFiles(database);
const channels = createChannels();
const renderer = createRenderer(startPainter);
const half = startServerHalf(database, renderer);
const jobs = createJobs({
  renderer,
  channels,
  maxFiles: 120,
  maxBytes: 128 * 1024 * 1024,
  kept,
});
const urls = createBlobUrls();

const app = new Hono<{ Bindings: RouteEnv['Variables']; Variables: RouteEnv['Variables'] }>();
app.use(async (c, next) => {
  const { record, outgoing, signal, breakConnection } = c.env;
  c.set('record', record);
  c.set('outgoing', outgoing);
  c.set('signal', signal);
  c.set('breakConnection', breakConnection);
  c.set('urls', urls);
  await next();
});
app.get('/api/studio', c => c.json({ vendors: half.vendors, isInPage: true } satisfies StudioOffer));
app.all('/api/generations/*', c => half.handle(c.req.raw));
app.route(
  '/api',
  jobRoutes({
    jobs,
    channels,
    // As long as the server of the demonstration takes.
    defaults: { renderMs: 2_500 },
    pingMs: 15_000,
    maxBodyBytes: 12 * 1024 * 1024,
    charge() {},
    wait: pause,
  }),
);
refuseTheRest(app);

/** The file that a path is about, which an earlier backend may have kept. */
const fileIn = /^\/api\/(?:file\/|events\/file\.)([^/]+)$/;

async function answer({ url, method, headers, body }: PageRequest, port: MessagePort): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  const outgoing = createPortOutgoing(port, () => controller.abort());
  port.onmessage = () => controller.abort();
  const request = new Request(url, {
    method,
    signal,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(body && { body }),
  });
  const [, id] = fileIn.exec(new URL(url).pathname) ?? [];
  if (id !== undefined) await jobs.recall(decodeURIComponent(id));
  const breakConnection = () => outgoing.breakOff();
  const response = await app.fetch(request, { record: {}, outgoing, signal, breakConnection, urls });
  // A job that was answered is there after a reload.
  await kept.settled();
  // Streams, and answers that break off, are written by their routes.
  if (!response.headers.has('x-hono-already-sent')) await outgoing.respond(response);
}

globalThis.onmessage = ({ data, ports: [port] }: MessageEvent<PageRequest>) => {
  if (port) answer(data, port).catch(error => console.error(error));
};
