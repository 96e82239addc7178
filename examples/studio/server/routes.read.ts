import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { tasksOf, toFileObject } from './file.object.js';
import type { FileRecord } from './jobs.js';
import type { MediaUrls } from './media.urls.js';
import { pause } from './pause.js';
import { type ReadFault, readFaultAt } from './reading.faults.js';
import { faultsOf } from './request.faults.js';
import { proxyPage, refuse } from './responses.js';
import type { RouteEnv } from './route.env.js';
import type { ServerContext } from './server-context.js';

/** The reads: of one file, of many, and of all files of a project. */
export function readRoutes({ jobs, defaults }: ServerContext): Hono<RouteEnv> {
  const routes = new Hono<RouteEnv>();

  routes.get('/file/:fileId', async c => {
    const fileId = c.req.param('fileId');
    c.get('record').fileId = fileId;
    const file = jobs.file(fileId);
    const own = faultsOf(c);
    const fault = readFaultAt(own, 0) ?? readFaultAt(file?.faults ?? defaults, file ? file.reads++ : 0);
    const response = fault && (await faultyResponse(c, fault));
    if (response) return response;
    if (!file) return notFound(c);
    return c.json(toFileObject(file, c.get('urls'), { ...file.faults, ...own }));
  });

  routes.delete('/file/:fileId', c => {
    const file = jobs.file(c.req.param('fileId'));
    if (!file || file.faults.noCancel)
      return refuse(c, 404, 'Not found', 'There is no such job, or it cannot be cancelled.');
    c.get('record').fileId = file.id;
    if (!jobs.cancel(file)) return refuse(c, 409, 'Conflict', 'The job has ended already.');
    // It is accepted, and the job may still run.
    return c.json(toFileObject(file, c.get('urls')), file.faults.slowCancel ? 202 : 200);
  });

  // Missing files and files with a read fault are left out.
  routes.get('/files', c => {
    const urls = c.get('urls');
    const files = (c.req.query('ids') ?? '').split(',').flatMap(id => jobs.file(id) ?? []);
    const readable = files.filter(file => !readFaultAt(file.faults, file.reads++));
    return c.json(readable.map(file => toFileObject(file, urls)));
  });

  routes.get('/project/:projectId', c => {
    const id = c.req.param('projectId');
    const files = jobs.project(id);
    if (files.length === 0) return refuse(c, 404, 'Project not found', 'There is no project with this id.');
    const urls = c.get('urls');
    return c.json({ id, data: files.map(file => projectEntry(file, urls)), tasks: files.flatMap(tasksOf) });
  });
  return routes;
}

function projectEntry(file: FileRecord, urls: MediaUrls) {
  const type = file.request.kind;
  if (file.state !== 'published') return { type };
  return { type, value: { url: urls.image(file), file_id: file.id, contentType: 'image/png' } };
}

const notFound = (c: Context) => refuse(c, 404, 'File not found', 'There is no file with this id.');

/** `undefined` lets the read continue normally, also after a `hang`. */
async function faultyResponse(c: Context<RouteEnv>, fault: ReadFault): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'not-found':
      return notFound(c);
    case 'rate-limited':
      c.header('Retry-After', String(fault.retryAfterS));
      return refuse(c, 429, 'Too many requests', `Try again in ${fault.retryAfterS} s.`);
    case 'status':
      return Response.json({ success: false, error: 'Internal error' }, { status: fault.status });
    case 'html':
      return c.html(proxyPage(fault.status), fault.status satisfies ContentfulStatusCode);
    case 'hang':
      await pause(fault.ms, c.get('signal'));
      return undefined;
  }
}
