import { toDigest } from './art/random.js';
import type { Channels } from './channels.js';
import type { Faults } from './faults.js';
import { contentFlag } from './moderation.js';
import type { Renderer } from './renderer.js';
import type { GenerationRequest } from './submit.form.js';
import { planVideo } from './video.plan.js';

/** A partial picture of a file that is being rendered. */
export type Preview = {
  /** Of its URL. Nobody can guess it. */
  readonly name: string;
  readonly jpeg: Uint8Array;
  /** On the clock of `performance.now()`. */
  readonly paintedAt: number;
};

/** How many a page may still be loading. */
const keptPreviews = 3;

/** A requested image or video. */
export type FileRecord = {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly request: GenerationRequest;
  readonly faults: Faults;
  /** `rendered`: all tasks are completed, but there is no url yet. */
  state: 'queued' | 'rendering' | 'rendered' | 'published' | 'failed' | 'cancelled';
  /** How many others are before it in the queue. */
  position: number;
  png?: Uint8Array | undefined;
  thumbnail?: Uint8Array | undefined;
  hasThumbnail: boolean;
  /** The latest partial pictures, newest last. */
  previews: readonly Preview[];
  /** How often it was read and its stream was opened: faults count these. */
  reads: number;
  streams: number;
  /** Resolves when it is published, has failed or was stopped. */
  readonly ended: Promise<void>;
  /** Resolves `ended`. */
  readonly end: () => void;
  /** Gives up what is being painted. */
  stopRendering?: (() => void) | undefined;
};

const isRunning = (state: FileRecord['state']) => ['queued', 'rendering', 'rendered'].includes(state);

/** What a backend keeps of a file, so that the next one knows it. */
export type KeptFile = Pick<
  FileRecord,
  'id' | 'projectId' | 'userId' | 'request' | 'faults' | 'state' | 'png' | 'thumbnail'
>;

/** Where files are kept for the next backend: a page's own ends with each reload. */
export type KeptFiles = {
  find(id: string): Promise<KeptFile | undefined>;
  put(file: KeptFile): void;
};

/** Starts jobs, and keeps the newest in memory. */
export type Jobs = {
  /** One file for each image of the batch; `undefined` if too many are being rendered. */
  submit(request: GenerationRequest, faults: Faults, userId: string): readonly FileRecord[] | undefined;
  file(id: string): FileRecord | undefined;
  /** Makes a file known that an earlier backend has kept. One that was not finished is painted from its beginning. */
  recall(id: string): Promise<void>;
  /** Stops a file that has not ended, as late as its fault says. Returns whether there is something to stop. */
  cancel(file: FileRecord): boolean;
  /** The files of a project, oldest first. */
  project(id: string): readonly FileRecord[];
  close(): void;
};

type JobsOptions = {
  readonly renderer: Renderer;
  readonly channels: Channels;
  readonly maxFiles: number;
  readonly maxBytes: number;
  /** @defaultValue nowhere: a backend forgets its files when it ends */
  readonly kept?: KeptFiles | undefined;
};

/** The chat and the user decide the project. The response to a submit does not contain its id. */
const projectOf = (chatId: string, userId: string) => `project_${toDigest(JSON.stringify([userId, chatId]))}`;

/** A file as it begins, or as it was kept. */
function toRecord(file: KeptFile): FileRecord {
  let end = () => {};
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  const isDone = file.state === 'published';
  return { ...file, position: 0, previews: [], hasThumbnail: isDone, reads: 0, streams: 0, ended, end };
}

export function createJobs({ renderer, channels, maxFiles, maxBytes, kept }: JobsOptions): Jobs {
  const files = new Map<string, FileRecord>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let bytes = 0;

  const later = (ms: number, callback: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      callback();
    }, ms);
    timers.add(timer);
  };

  const keep = ({ id, projectId, userId, request, faults, state, png, thumbnail }: FileRecord) =>
    kept?.put({ id, projectId, userId, request, faults, state, png, thumbnail });

  const end = (file: FileRecord) => {
    file.end();
    keep(file);
  };

  /** Removes the oldest file whose job is over. */
  const removeOldest = (): boolean => {
    for (const { id, state, png, thumbnail } of files.values()) {
      if (isRunning(state)) continue;
      bytes -= (png?.byteLength ?? 0) + (thumbnail?.byteLength ?? 0);
      return files.delete(id);
    }
    return false;
  };

  const begin = (file: FileRecord) => {
    const { request, faults } = file;
    const { prompt, style, width, height, seed, model, shotSize, negativePrompt, sourceImage } = request;
    const video = request.kind === 'video' ? planVideo(request) : undefined;
    const variation = JSON.stringify([seed, model, shotSize, negativePrompt, sourceImage ?? '']);

    const fail = (message: string) => {
      if (!isRunning(file.state)) return;
      file.state = 'failed';
      channels.publish(file, { kind: 'failed', message });
      end(file);
    };
    const publish = () => {
      if (!isRunning(file.state)) return;
      if (faults.moderation?.at === 'end') return fail(contentFlag(faults.moderation.category).message);
      file.state = 'published';
      file.previews = [];
      channels.publish(file, { kind: 'published' });
      end(file);
      later(faults.thumbnailLateMs ?? 0, () => {
        file.hasThumbnail = true;
        channels.publish(file, { kind: 'thumbnailed' });
      });
      repeat(faults.repeatFileAfterCompletion?.times ?? 0);
    };
    const repeat = (times: number) => {
      if (times <= 0) return;
      later(faults.repeatFileAfterCompletion?.everyMs ?? 0, () => {
        channels.publish(file, { kind: 'repeated' });
        repeat(times - 1);
      });
    };

    const stopAt = faults.failTheJob && (faults.failTheJob.atProgress ?? 0.5);
    const size = { width: video?.width ?? width, height: video?.height ?? height };
    const job = { spec: { prompt, style, variation, ...size, video }, renderMs: faults.renderMs ?? 0, stopAt };
    const render = () => {
      file.state = 'rendering';
      channels.publish(file, { kind: 'started' });
      file.stopRendering = renderer.render(job, listener);
    };
    const wait = (position: number) => {
      if (file.state === 'cancelled') return;
      if (position < 0) return render();
      Object.assign(file, { state: 'queued', position } satisfies Partial<FileRecord>);
      channels.publish(file, { kind: 'queued' });
      later(faults.queue?.eachMs ?? 0, () => wait(position - 1));
    };
    const listener: Parameters<Renderer['render']>[1] = {
      onProgress(done, total) {
        if (file.state !== 'rendering') return;
        const message = `Painted ${done} of ${total} ${video ? 'frames' : 'tiles'}`;
        channels.publish(file, { kind: 'progressed', progress: done / total, message });
      },
      onPreview(jpeg) {
        if (file.state !== 'rendering' || faults.noPreviews) return;
        const preview = { name: `${file.id}.${crypto.randomUUID()}.jpg`, jpeg, paintedAt: performance.now() };
        file.previews = [...file.previews, preview].slice(-keptPreviews);
        // The later ones come with the progress that follows them at once. The first part of a slow job takes long.
        if (file.previews.length === 1)
          channels.publish(file, { kind: 'progressed', progress: 0, message: 'Sketched' });
      },
      onPainted(png, thumbnail) {
        if (file.state !== 'rendering') return;
        Object.assign(file, { png, thumbnail, state: 'rendered' } satisfies Partial<FileRecord>);
        bytes += png.byteLength + thumbnail.byteLength;
        while (bytes > maxBytes && removeOldest());
        if (faults.urlLateMs === undefined) return publish();
        channels.publish(file, { kind: 'rendered' });
        later(faults.urlLateMs, publish);
      },
      onStopped: () => fail(faults.failTheJob?.message ?? 'The model could not render this prompt.'),
      onFailed: fail,
    };
    wait((faults.queue?.ahead ?? 0) - 1);
  };

  const stop = (file: FileRecord) => {
    if (!isRunning(file.state)) return;
    file.state = 'cancelled';
    file.stopRendering?.();
    channels.publish(file, { kind: 'cancelled' });
    end(file);
  };

  return {
    submit(request, faults, userId) {
      while (files.size + request.batchSize > maxFiles) if (!removeOldest()) return undefined;
      return Array.from({ length: request.batchSize }, (_, index) => {
        const file = toRecord({
          id: crypto.randomUUID(),
          projectId: projectOf(request.chatId ?? '', userId),
          userId,
          request: { ...request, seed: request.seed + index },
          faults,
          state: 'rendering',
        });
        files.set(file.id, file);
        keep(file);
        begin(file);
        return file;
      });
    },
    file: id => files.get(id),
    async recall(id) {
      const left = files.has(id) ? undefined : await kept?.find(id);
      // Another request may have been faster.
      if (!left || files.has(id)) return;
      const file = toRecord(left);
      if (files.size >= maxFiles) removeOldest();
      files.set(id, file);
      bytes += (file.png?.byteLength ?? 0) + (file.thumbnail?.byteLength ?? 0);
      if (isRunning(file.state)) begin(file);
      else file.end();
    },
    cancel(file) {
      if (!isRunning(file.state)) return false;
      const { slowCancel } = file.faults;
      if (slowCancel) later(slowCancel.stopsAfterMs, () => stop(file));
      else stop(file);
      return true;
    },
    project: id => [...files.values()].filter(({ projectId }) => projectId === id),
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
