import { Hono } from 'hono';
import type { ServerHalf } from './generations/server-half.js';
import { vendorFilesPath } from './generations/vendor-files.js';
import type { BackendEnv } from './request.log.js';
import { refuse } from './responses.js';

/** What the page can choose from: `vendor` renders behind the server half; `null` if there is no such half. */
export type StudioOffer = { readonly vendor: 'fal' | 'double' | null };

/** The server half, the files of the double, and what the page is told about both. */
export function serverHalfRoutes(half: ServerHalf | undefined): Hono<BackendEnv> {
  const routes = new Hono<BackendEnv>();
  routes.get('/api/studio', c => c.json({ vendor: half?.vendor.name ?? null } satisfies StudioOffer));
  if (!half) return routes;
  routes.all('/api/generations/*', c => half.handle(c.req.raw));
  routes.get(`${vendorFilesPath}/:name`, async c => {
    const bytes = await half.vendor.double?.files.read(c.req.param('name'));
    if (!bytes) return refuse(c, 404, 'File not found', 'The vendor has no such file.');
    return c.body(bytes, 200, { 'content-type': 'image/png', 'cache-control': 'private, max-age=3600' });
  });
  return routes;
}
