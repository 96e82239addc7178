import { setImmediate, setTimeout } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { startFilm } from './art/film.js';
import { startPainting } from './art/painting.js';
import type { RenderNews, RenderOrder } from './render.messages.js';

const thumbnailSide = 192;

const tell = (news: RenderNews) => parentPort?.postMessage(news);

/** Paints part after part; between two parts the other orders have their turn. */
async function work({ orderId, commission, renderMs, stopAt }: RenderOrder): Promise<void> {
  const startedAt = performance.now();
  const painting = commission.film ? startFilm(commission, commission.film) : startPainting(commission);
  const total = painting.parts;
  const last = stopAt === undefined ? total : Math.floor(total * stopAt);
  for (let done = 1; done <= last; done++) {
    await painting.paint(done - 1);
    const earlyMs = startedAt + (renderMs * done) / total - performance.now();
    await (earlyMs > 1 ? setTimeout(earlyMs) : setImmediate());
    tell({ kind: 'progress', orderId, done, total });
  }
  if (stopAt !== undefined) return tell({ kind: 'stopped', orderId });
  const [png, thumbnail] = await Promise.all([painting.toPng(), painting.toThumbnail(thumbnailSide)]);
  tell({ kind: 'painted', orderId, png, thumbnail });
}

parentPort?.on('message', (order: RenderOrder) => {
  work(order).catch((error: unknown) => tell({ kind: 'failed', orderId: order.orderId, message: String(error) }));
});
