import { Worker } from 'node:worker_threads';
import type { RenderNews, RenderOrder } from './render.messages.js';

/** Hears what becomes of one order. */
export type RenderListener = {
  onProgress(done: number, total: number): void;
  onPainted(png: Uint8Array, thumbnail: Uint8Array): void;
  onStopped(): void;
  onFailed(message: string): void;
};

/** Paints pictures in a thread of its own, several at a time. */
export type Renderer = {
  render(order: Omit<RenderOrder, 'orderId'>, listener: RenderListener): void;
  close(): Promise<void>;
};

/** So many pixels are on the easel at once; what is beyond waits. 24 million are about 100 MB. */
const pixelsAtOnce = 24_000_000;

/**
 * Makes a {@link Renderer}. Its thread starts with the first order, and must be ended by `close`.
 *
 * @example
 * const renderer = createRenderer();
 * renderer.render({ commission, renderMs: 0 }, listener);
 */
export function createRenderer(): Renderer {
  const running = new Map<number, { readonly listener: RenderListener; readonly pixels: number }>();
  const waiting: (() => void)[] = [];
  let pixels = 0;
  let nextId = 1;
  let closed = false;
  let worker: Worker | undefined;

  const finish = (orderId: number) => {
    pixels -= running.get(orderId)?.pixels ?? 0;
    running.delete(orderId);
    while (waiting.length > 0 && pixels < pixelsAtOnce) waiting.shift()?.();
  };

  const hear = (news: RenderNews) => {
    const listener = running.get(news.orderId)?.listener;
    if (news.kind === 'progress') return listener?.onProgress(news.done, news.total);
    finish(news.orderId);
    if (news.kind === 'painted') listener?.onPainted(news.png, news.thumbnail);
    else if (news.kind === 'stopped') listener?.onStopped();
    else listener?.onFailed(news.message);
  };

  const failAll = (error: unknown) => {
    worker = undefined;
    for (const orderId of [...running.keys()])
      hear({ kind: 'failed', orderId, message: `The renderer died: ${error}` });
  };

  const startWorker = () => {
    const started = new Worker(new URL('./render.worker.js', import.meta.url));
    started.on('message', hear);
    started.on('error', failAll);
    return started;
  };

  return {
    render({ commission, renderMs, stopAt }, listener) {
      const begin = () => {
        if (closed) return;
        const orderId = nextId++;
        const size = commission.width * commission.height;
        pixels += size;
        running.set(orderId, { listener, pixels: size });
        worker ??= startWorker();
        worker.postMessage({ orderId, commission, renderMs, stopAt } satisfies RenderOrder);
      };
      if (pixels < pixelsAtOnce) begin();
      else waiting.push(begin);
    },
    async close() {
      closed = true;
      waiting.length = 0;
      running.clear();
      await worker?.terminate();
    },
  };
}
