import { setTimeout } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { proxyPage, refuse } from './answers.js';
import { type Pen, pictureUrl, tasksOf, toFileObject } from './file.object.js';
import type { FileRecord } from './jobs.js';
import { type ReadFault, readFaultAt } from './reading.faults.js';
import { faultsOf } from './request.faults.js';
import type { BackendEnv } from './request.log.js';
import type { Backstage } from './server-context.js';

/** The reads: of one file, of many, and of all files of a project. */
export function readRoutes({ jobs, signer, defaults }: Backstage): Hono<BackendEnv> {
  const routes = new Hono<BackendEnv>();
  const penOf = (c: Context): Pen => ({ origin: new URL(c.req.url).origin, signer });

  routes.get('/file/:fileId', async c => {
    const fileId = c.req.param('fileId');
    c.get('record').fileId = fileId;
    const file = jobs.file(fileId);
    const own = faultsOf(c);
    const fault = readFaultAt(own, 0) ?? readFaultAt(file?.faults ?? defaults, file ? file.reads++ : 0);
    const answer = fault && (await faultyAnswer(c, fault));
    if (answer) return answer;
    if (!file) return notFound(c);
    return c.json(toFileObject(file, penOf(c), { ...file.faults, ...own }));
  });

  // Of those that it cannot find, or whose turn it is to fail, it says nothing.
  routes.get('/files', c => {
    const pen = penOf(c);
    const files = (c.req.query('ids') ?? '').split(',').flatMap(id => jobs.file(id) ?? []);
    const sound = files.filter(file => !readFaultAt(file.faults, file.reads++));
    return c.json(sound.map(file => toFileObject(file, pen)));
  });

  routes.get('/project/:projectId', c => {
    const id = c.req.param('projectId');
    const files = jobs.project(id);
    if (files.length === 0) return refuse(c, 404, 'Project not found', 'There is no project with this id.');
    const pen = penOf(c);
    return c.json({ id, data: files.map(file => projectEntry(file, pen)), tasks: files.flatMap(tasksOf) });
  });
  return routes;
}

function projectEntry(file: FileRecord, pen: Pen) {
  const type = file.request.kind;
  if (file.state !== 'published') return { type };
  return { type, value: { url: pictureUrl(file, pen), file_id: file.id, contentType: 'image/png' } };
}

const notFound = (c: Context) => refuse(c, 404, 'File not found', 'There is no file with this id.');

/** A read that hangs tells the truth in the end, if anybody is still there. */
async function faultyAnswer(c: Context<BackendEnv>, fault: ReadFault): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'not-found':
      return notFound(c);
    case 'rate-limited':
      c.header('Retry-After', String(fault.retryAfterS));
      return refuse(c, 429, 'Too many requests', `Come back in ${fault.retryAfterS} s.`);
    case 'status':
      return Response.json({ success: false, error: 'Internal error' }, { status: fault.status });
    case 'html':
      return c.html(proxyPage(fault.status), fault.status satisfies ContentfulStatusCode);
    case 'hang':
      await setTimeout(fault.ms, undefined, { signal: c.get('gone') }).catch(() => {});
      return undefined;
  }
}
