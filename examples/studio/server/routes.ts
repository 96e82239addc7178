import { Hono } from 'hono';
import { checkingFaults } from './request.faults.js';
import { refuse } from './responses.js';
import type { RouteEnv } from './route.env.js';
import { eventRoutes } from './routes.events.js';
import { readRoutes } from './routes.read.js';
import { submitRoutes } from './routes.submit.js';
import type { ServerContext } from './server-context.js';

/** The routes of a job, which are the same in a server and inside a page. */
export function jobRoutes(context: ServerContext): Hono<RouteEnv> {
  const routes = new Hono<RouteEnv>();
  routes.use(checkingFaults);
  routes.route('/generate', submitRoutes(context));
  routes.route('/events', eventRoutes(context));
  routes.route('/', readRoutes(context));
  return routes;
}

/** What nothing else has answered, and what has thrown. */
export function refuseTheRest<TEnv extends RouteEnv>(app: Hono<TEnv>): void {
  app.notFound(c => refuse(c, 404, 'Not found', `There is no ${c.req.path}.`));
  app.onError((error, c) => {
    console.error(error);
    return refuse(c, 500, 'Internal error', 'This is a bug in the backend; see its log.');
  });
}
