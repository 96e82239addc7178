import { setMaxListeners } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { startPainting } from './art/painting.js';
import { startVideo } from './art/video.js';
import type { RenderCancel, RenderJob, RenderMessage, RenderRelease } from './render.messages.js';

const thumbnailSide = 192;
const previewSide = 512;
/** A film shows its first frame: more pictures of it would be the same. */
const previewsOfImage = 8;
/** A picture that is shown for a shorter time is work for nobody. */
const previewGapMs = 300;

/** Every job that runs waits for it. */
function createReleasing(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

let releasing = createReleasing();

/** The jobs that are being painted: the others were given up. */
const painted = new Set<number>();

const post = (message: RenderMessage) => parentPort?.postMessage(message);

/** Paints part after part, and lets other jobs run between two parts. */
async function run({ jobId, spec, renderMs, stopAt }: RenderJob): Promise<void> {
  const startedAt = performance.now();
  const { signal } = releasing;
  const painting = spec.video ? startVideo(spec, spec.video) : startPainting(spec);
  const total = painting.parts;
  const last = stopAt === undefined ? total : Math.floor(total * stopAt);
  painted.add(jobId);
  let previewedAt = 0;
  const preview = async () => {
    const jpeg = await painting.toPreview(previewSide);
    previewedAt = performance.now();
    if (painted.has(jobId)) post({ kind: 'preview', jobId, jpeg });
  };
  /** After which parts there is a partial picture. */
  const step = spec.video ? total : Math.ceil(total / previewsOfImage);
  painting.sketch();
  await preview();
  for (let done = 1; done <= last; done++) {
    await painting.paint(done - 1);
    const earlyMs = startedAt + (renderMs * done) / total - performance.now();
    if (earlyMs > 1 && !signal.aborted) await setTimeout(earlyMs, undefined, { signal }).catch(() => {});
    else await setImmediate();
    if (!painted.has(jobId)) return;
    const isDue = done % step === (spec.video ? 1 : 0) && done < total;
    if (isDue && performance.now() - previewedAt > previewGapMs) await preview();
    post({ kind: 'progress', jobId, done, total });
  }
  if (stopAt !== undefined) return post({ kind: 'stopped', jobId });
  const [png, thumbnail] = await Promise.all([painting.toPng(), painting.toThumbnail(thumbnailSide)]);
  post({ kind: 'painted', jobId, png, thumbnail });
}

parentPort?.on('message', (job: RenderJob | RenderRelease | RenderCancel) => {
  if (!('kind' in job)) {
    run(job)
      .catch((error: unknown) => post({ kind: 'failed', jobId: job.jobId, message: String(error) }))
      .finally(() => painted.delete(job.jobId));
  } else if (job.kind === 'cancel') painted.delete(job.jobId);
  else {
    releasing.abort();
    releasing = createReleasing();
  }
});
