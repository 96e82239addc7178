import { Hono } from 'hono';
import type { Jobs } from './jobs.js';
import { previewPath } from './media.urls.js';
import type { BackendEnv } from './request.log.js';
import { refuse } from './responses.js';
import type { Signer } from './signing.js';

/** The files, behind signed urls. The content is always PNG (animated for a video), whatever the extension. */
export function mediaRoutes(jobs: Jobs, signer: Signer): Hono<BackendEnv> {
  const routes = new Hono<BackendEnv>();
  routes.get(`${previewPath}/:name`, c => {
    const name = c.req.param('name');
    const [id = ''] = name.split('.');
    c.get('record').fileId = id;
    const preview = jobs.file(id)?.previews.find(each => each.name === name);
    if (!preview) return refuse(c, 404, 'File not found', 'There is a newer preview, or the image.');
    return c.body(new Uint8Array(preview.jpeg), 200, {
      'content-type': 'image/jpeg',
      'cache-control': 'private, max-age=3600',
      'server-timing': `age;desc="since it was painted";dur=${(performance.now() - preview.paintedAt).toFixed(1)}`,
    });
  });
  routes.get('/:folder{media|cdn}/:name', c => {
    const { pathname, searchParams } = new URL(c.req.url);
    if (!signer.verify(pathname, searchParams))
      return refuse(c, 403, 'Forbidden', 'The signature is invalid or has expired.');
    const [id = '', ...rest] = c.req.param('name').split('.');
    c.get('record').fileId = id;
    const file = jobs.file(id);
    const bytes = rest[0] === 'thumbnail' ? file?.thumbnail : file?.png;
    if (!bytes) return refuse(c, 404, 'File not found', 'The image has been deleted.');
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': 'image/png',
      'cache-control': 'private, max-age=3600',
    });
  });
  return routes;
}
