import { startPainting } from './art/painting.js';
import type { CreateSheet } from './art/sheet.js';
import { startVideo } from './art/video.js';
import { pause } from './pause.js';
import type { RenderCancel, RenderJob, RenderMessage, RenderRelease } from './render.messages.js';

const thumbnailSide = 192;
const previewSide = 512;
/** A film shows its first frame: more pictures of it would be the same. */
const previewsOfImage = 8;
/** A picture that is shown for a shorter time is work for nobody. */
const previewGapMs = 300;

/** Paints jobs beside each other, part after part. The returned function takes what the renderer asks for. */
export function createPaintLoop(createSheet: CreateSheet, post: (message: RenderMessage) => void) {
  /** The jobs that are being painted, each with what ends its pauses: the others were given up. */
  const painted = new Map<number, AbortController>();

  /** Paints part after part, and lets other jobs run between two parts. */
  async function run({ jobId, spec, renderMs, stopAt }: RenderJob): Promise<void> {
    const startedAt = performance.now();
    const hurry = new AbortController();
    const painting = spec.video ? startVideo(spec, spec.video, createSheet) : startPainting(spec, createSheet);
    const total = painting.parts;
    const last = stopAt === undefined ? total : Math.floor(total * stopAt);
    painted.set(jobId, hurry);
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
      await (earlyMs > 1 && !hurry.signal.aborted ? pause(earlyMs, hurry.signal) : pause(0));
      if (!painted.has(jobId)) return;
      const isDue = done % step === (spec.video ? 1 : 0) && done < total;
      if (isDue && performance.now() - previewedAt > previewGapMs) await preview();
      post({ kind: 'progress', jobId, done, total });
    }
    if (stopAt !== undefined) return post({ kind: 'stopped', jobId });
    const [png, thumbnail] = await Promise.all([painting.toPng(), painting.toThumbnail(thumbnailSide)]);
    post({ kind: 'painted', jobId, png, thumbnail });
  }

  return (message: RenderJob | RenderRelease | RenderCancel): void => {
    if (!('kind' in message)) {
      const { jobId } = message;
      run(message)
        .catch((error: unknown) => post({ kind: 'failed', jobId, message: String(error) }))
        .finally(() => painted.delete(jobId));
    } else if (message.kind === 'cancel') painted.delete(message.jobId);
    else for (const hurry of painted.values()) hurry.abort();
  };
}
