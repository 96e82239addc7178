import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { ServerHalf } from './generations/server-half.js';
import type { BackendEnv, RequestLog } from './request.log.js';
import { checkingOrigin } from './request.origin.js';
import { refuse } from './responses.js';
import { jobRoutes, refuseTheRest } from './routes.js';
import { mediaRoutes } from './routes.media.js';
import { serverHalfRoutes } from './routes.server-half.js';
import type { ServerContext } from './server-context.js';
import type { Signer } from './signing.js';

type AppOptions = {
  readonly context: ServerContext;
  readonly signer: Signer;
  readonly log: RequestLog;
  readonly staticDir?: string | undefined;
  readonly allowOrigin?: string | undefined;
  /** The address that the server listens on, as in a url. */
  readonly host: string;
  readonly half?: ServerHalf | undefined;
};

/** All routes of the backend, and the built page. */
export function createApp({ context, signer, log, staticDir, allowOrigin, host, half }: AppOptions): Hono<BackendEnv> {
  const app = new Hono<BackendEnv>();
  app.use(log.middleware);
  app.use(safeHeaders(allowOrigin));
  app.use(checkingOrigin({ host, allowOrigin, signer }));
  if (allowOrigin !== undefined) app.use(cors({ origin: allowOrigin }));
  app.route('/api', jobRoutes(context));
  app.route('/', serverHalfRoutes(half));
  app.all('/api/*', c => refuse(c, 404, 'Not found', `There is no route ${c.req.method} ${c.req.path}.`));
  app.route('/', mediaRoutes(context.jobs, signer));
  if (staticDir !== undefined) {
    app.use(serveStatic({ root: staticDir }));
    app.get('*', serveStatic({ root: staticDir, path: 'index.html' }));
  }
  refuseTheRest(app);
  return app;
}

/** Set on the raw response, because streams write to it directly. */
function safeHeaders(allowOrigin: string | undefined): MiddlewareHandler<BackendEnv> {
  return async ({ env: { outgoing }, req }, next) => {
    outgoing.setHeader('x-content-type-options', 'nosniff');
    outgoing.setHeader('referrer-policy', 'no-referrer');
    // Any page with a signed url may show and download the image: behind a proxy, the url is of another origin.
    const isMedia = /^\/(media|cdn)\//.test(req.path);
    const isShared = allowOrigin !== undefined || isMedia;
    outgoing.setHeader('cross-origin-resource-policy', isShared ? 'cross-origin' : 'same-origin');
    if (req.path.startsWith('/api/')) outgoing.setHeader('cache-control', 'no-store');
    if (isShared) outgoing.setHeader('access-control-allow-origin', isMedia ? '*' : (allowOrigin ?? '*'));
    await next();
  };
}
