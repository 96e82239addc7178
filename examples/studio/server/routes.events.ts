import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { createEventStream } from './event.stream.js';
import { pause } from './pause.js';
import { openFaultAt } from './reading.faults.js';
import { faultsOf } from './request.faults.js';
import { proxyPage, refuse } from './responses.js';
import type { RouteEnv } from './route.env.js';
import type { ServerContext } from './server-context.js';
import { toDataLines, toWireEvents } from './wire.events.js';

/** The event streams. On a shared channel the faults of each file apply to its own events. */
export function eventRoutes({ jobs, channels, defaults, pingMs }: ServerContext): Hono<RouteEnv> {
  const routes = new Hono<RouteEnv>();

  routes.get('/:channel', async c => {
    const channel = c.req.param('channel');
    const [, kind, id = ''] = /^(file|project|user)\.(.+)$/.exec(channel) ?? [];
    if (!kind) return refuse(c, 404, 'Channel not found', 'A channel is file.{id}, project.{id} or user.{id}.');
    const watched = kind === 'file' ? jobs.file(id) : undefined;
    if (kind === 'file') {
      c.get('record').fileId = id;
      if (!watched) return refuse(c, 404, 'File not found', 'There is no file with this id.');
    }

    const own = faultsOf(c);
    const faults = { ...(watched?.faults ?? defaults), ...own };
    const refusal = openFaultAt(own, 0) ?? openFaultAt(faults, watched ? watched.streams++ : 0);
    if (refusal?.kind === 'html') return c.html(proxyPage(200));
    if (refusal) return Response.json({ error: 'The stream cannot be opened.' }, { status: refusal.status });

    const signal = c.get('signal');
    const outgoing = c.get('outgoing');
    const urls = c.get('urls');
    const stream = createEventStream({ outgoing, faults, pingMs, signal, breakConnection: c.get('breakConnection') });
    const listen = () =>
      channels.subscribe(channel, (file, fileEvent) => {
        const applied = { ...file.faults, ...own };
        for (const event of toWireEvents(fileEvent, file, urls, applied)) {
          for (const lines of toDataLines(event, applied, kind !== 'file')) stream.write(lines);
        }
      });

    if (faults.openAfterEndMs !== undefined) {
      await Promise.race([watched?.ended, pause(2 ** 31 - 1, signal)]);
      await pause(faults.openAfterEndMs, signal);
    }
    if (signal.aborted) return RESPONSE_ALREADY_SENT;
    const stop = listen();
    signal.addEventListener('abort', stop);
    if (faults.openLateMs) await pause(faults.openLateMs, signal);
    if (faults.oversizedEventBytes)
      stream.write(`data: {"type":"noise","object":"${'x'.repeat(faults.oversizedEventBytes)}"}\n\n`);
    stream.open();
    return RESPONSE_ALREADY_SENT;
  });
  return routes;
}
