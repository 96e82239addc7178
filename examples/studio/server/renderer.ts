import type { RenderCancel, RenderJob, RenderMessage, RenderRelease } from './render.messages.js';

/** Receives the events of one job. */
type RenderListener = {
  onProgress(done: number, total: number): void;
  /** A partial picture, as JPEG. */
  onPreview(jpeg: Uint8Array): void;
  onPainted(png: Uint8Array, thumbnail: Uint8Array): void;
  onStopped(): void;
  onFailed(message: string): void;
};

/** Takes jobs, and tells of each by messages. */
type Painter = {
  send(message: RenderJob | RenderRelease | RenderCancel): void;
  end(): unknown;
};

/** Starts what paints: a thread of a server, or the worker of a page. */
export type StartPainter = (onMessage: (message: RenderMessage) => void, onError: (error: unknown) => void) => Painter;

/** Paints several images at once. */
export type Renderer = {
  /** Returns a function that gives the job up: its listener is not called any more. */
  render(job: Omit<RenderJob, 'jobId'>, listener: RenderListener): () => void;
  /** Finishes the running jobs as fast as it can. */
  release(): void;
  close(): Promise<void>;
};

/** Jobs wait while more pixels than this are being painted. 24 million are about 100 MB. */
const maxPixels = 24_000_000;

/**
 * Creates a {@link Renderer}. What paints starts with the first job and ends with `close`.
 *
 * @example
 * const renderer = createRenderer(startPaintThread);
 * renderer.render({ spec, renderMs: 0 }, listener);
 */
export function createRenderer(startPainter: StartPainter): Renderer {
  const running = new Map<number, { readonly listener: RenderListener; readonly pixels: number }>();
  const waiting: (() => void)[] = [];
  let pixels = 0;
  let nextId = 1;
  let closed = false;
  let painter: Painter | undefined;

  const finish = (jobId: number) => {
    pixels -= running.get(jobId)?.pixels ?? 0;
    running.delete(jobId);
    while (waiting.length > 0 && pixels < maxPixels) waiting.shift()?.();
  };

  const onMessage = (message: RenderMessage) => {
    const listener = running.get(message.jobId)?.listener;
    // It was given up, and the worker did not know it yet.
    if (!listener) return;
    if (message.kind === 'progress') return listener.onProgress(message.done, message.total);
    if (message.kind === 'preview') return listener.onPreview(message.jpeg);
    finish(message.jobId);
    if (message.kind === 'painted') listener.onPainted(message.png, message.thumbnail);
    else if (message.kind === 'stopped') listener.onStopped();
    else listener.onFailed(message.message);
  };

  const failAll = (error: unknown) => {
    painter = undefined;
    for (const jobId of [...running.keys()])
      onMessage({ kind: 'failed', jobId, message: `The renderer failed: ${error}` });
  };

  return {
    render({ spec, renderMs, stopAt }, listener) {
      const jobId = nextId++;
      const begin = () => {
        if (closed) return;
        const size = spec.width * spec.height;
        pixels += size;
        running.set(jobId, { listener, pixels: size });
        painter ??= startPainter(onMessage, failAll);
        painter.send({ jobId, spec, renderMs, stopAt });
      };
      if (pixels < maxPixels) begin();
      else waiting.push(begin);
      return () => {
        const index = waiting.indexOf(begin);
        if (index >= 0) waiting.splice(index, 1);
        if (!running.has(jobId)) return;
        painter?.send({ kind: 'cancel', jobId });
        finish(jobId);
      };
    },
    release() {
      painter?.send({ kind: 'release' });
    },
    async close() {
      closed = true;
      waiting.length = 0;
      running.clear();
      await painter?.end();
    },
  };
}

/** A whole picture as PNG, as fast as it can be painted. */
export const renderOne = (renderer: Renderer, spec: RenderJob['spec']): Promise<Uint8Array> =>
  new Promise<Uint8Array>((resolve, reject) => {
    renderer.render(
      { spec, renderMs: 0 },
      {
        onProgress() {},
        onPreview() {},
        onStopped() {},
        onPainted: resolve,
        onFailed: message => reject(new Error(message)),
      },
    );
  });
