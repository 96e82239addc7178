import { setImmediate, setTimeout } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { startPainting } from './art/painting.js';
import type { RenderNews, RenderOrder } from './render.messages.js';

const thumbnailSide = 192;

const tell = (news: RenderNews) => parentPort?.postMessage(news);

/** Paints tile after tile; between two tiles the other orders have their turn. */
async function work({ orderId, commission, renderMs, stopAt }: RenderOrder): Promise<void> {
  const startedAt = performance.now();
  const painting = startPainting(commission);
  const total = painting.tiles.length;
  const last = stopAt === undefined ? total : Math.floor(total * stopAt);
  let done = 0;
  for (const tile of painting.tiles.slice(0, last)) {
    painting.paint(tile);
    done++;
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
