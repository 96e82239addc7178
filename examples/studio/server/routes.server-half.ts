import { Hono } from 'hono';
import type { ServerHalf } from './generations/server-half.js';
import { toOffers } from './generations/vendor.js';
import { vendorFilesPath } from './generations/vendor-files.js';
import type { BackendEnv } from './request.log.js';
import { refuse } from './responses.js';
import type { StudioOffer } from './studio.offer.js';

/** How long the server half is away when the page restarts it, in ms: long enough to be seen. */
const downMs = 4_000;

/** The server half, the files of the doubles, and what the page is told about both. */
export function serverHalfRoutes(half: ServerHalf | undefined): Hono<BackendEnv> {
  const routes = new Hono<BackendEnv>();
  const vendors = toOffers(half?.vendors ?? []);
  routes.get('/api/studio', c => c.json({ vendors } satisfies StudioOffer));
  if (!half) return routes;
  routes.all('/api/generations/*', c => half.handle(c.req.raw));
  routes.get('/api/studio/steps/:key', async c => {
    const step = await half.stepOf(c.req.param('key'));
    return step ? c.json(step) : refuse(c, 404, 'Job not found', 'The server half has no job of this key.');
  });
  routes.post('/api/studio/restart', async c => {
    await half.restart(downMs);
    return c.body(null, 204);
  });
  routes.get(`${vendorFilesPath}/:name`, async c => {
    const bytes = await half.files.read(c.req.param('name'));
    if (!bytes) return refuse(c, 404, 'File not found', 'The vendor has no such file.');
    return c.body(bytes, 200, { 'content-type': 'image/png', 'cache-control': 'private, max-age=3600' });
  });
  return routes;
}
