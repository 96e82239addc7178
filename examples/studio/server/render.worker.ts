import { setImmediate, setTimeout } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { startPainting } from './art/painting.js';
import { startVideo } from './art/video.js';
import type { RenderJob, RenderMessage } from './render.messages.js';

const thumbnailSide = 192;

const post = (message: RenderMessage) => parentPort?.postMessage(message);

/** Paints part after part, and lets other jobs run between two parts. */
async function run({ jobId, spec, renderMs, stopAt }: RenderJob): Promise<void> {
  const startedAt = performance.now();
  const painting = spec.video ? startVideo(spec, spec.video) : startPainting(spec);
  const total = painting.parts;
  const last = stopAt === undefined ? total : Math.floor(total * stopAt);
  for (let done = 1; done <= last; done++) {
    await painting.paint(done - 1);
    const earlyMs = startedAt + (renderMs * done) / total - performance.now();
    await (earlyMs > 1 ? setTimeout(earlyMs) : setImmediate());
    post({ kind: 'progress', jobId, done, total });
  }
  if (stopAt !== undefined) return post({ kind: 'stopped', jobId });
  const [png, thumbnail] = await Promise.all([painting.toPng(), painting.toThumbnail(thumbnailSide)]);
  post({ kind: 'painted', jobId, png, thumbnail });
}

parentPort?.on('message', (job: RenderJob) => {
  run(job).catch((error: unknown) => post({ kind: 'failed', jobId: job.jobId, message: String(error) }));
});
