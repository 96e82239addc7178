import { Hono } from 'hono';
import { refuse } from './answers.js';
import type { BackendEnv } from './request.log.js';
import type { Backstage } from './server-context.js';

/** The pictures, behind signed urls. What the path calls its extension, the bytes are PNG; of a film, an animated one. */
export function mediaRoutes({ jobs, signer }: Backstage): Hono<BackendEnv> {
  const routes = new Hono<BackendEnv>();
  routes.get('/:shelf{media|cdn}/:name', c => {
    const { pathname, searchParams } = new URL(c.req.url);
    if (!signer.verify(pathname, searchParams))
      return refuse(c, 403, 'Forbidden', 'The signature is wrong or too old.');
    const [id = '', ...rest] = c.req.param('name').split('.');
    c.get('record').fileId = id;
    const file = jobs.file(id);
    const bytes = rest[0] === 'thumbnail' ? file?.thumbnail : file?.png;
    if (!bytes) return refuse(c, 404, 'File not found', 'The picture is not kept any more.');
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': 'image/png',
      'cache-control': 'private, max-age=3600',
    });
  });
  return routes;
}
