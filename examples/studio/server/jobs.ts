import { createHash, randomUUID } from 'node:crypto';
import type { Channels } from './channels.js';
import type { Faults } from './faults.js';
import type { Renderer } from './renderer.js';
import type { GenerationRequest } from './submit.form.js';
import { planVideo } from './video.plan.js';

/** A requested image or video. */
export type FileRecord = {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly request: GenerationRequest;
  readonly faults: Faults;
  /** `rendered`: all tasks are completed, but there is no url yet. */
  state: 'rendering' | 'rendered' | 'published' | 'failed';
  png?: Uint8Array | undefined;
  thumbnail?: Uint8Array | undefined;
  hasThumbnail: boolean;
  /** How often it was read and its stream was opened: faults count these. */
  reads: number;
  streams: number;
  /** Resolves when it is published or has failed. */
  readonly ended: Promise<void>;
};

/** Starts jobs, and keeps the newest in memory. */
export type Jobs = {
  /** One file for each image of the batch; `undefined` if too many are being rendered. */
  submit(request: GenerationRequest, faults: Faults, userId: string): readonly FileRecord[] | undefined;
  file(id: string): FileRecord | undefined;
  /** The files of a project, oldest first. */
  project(id: string): readonly FileRecord[];
  close(): void;
};

type JobsOptions = {
  readonly renderer: Renderer;
  readonly channels: Channels;
  readonly maxFiles: number;
  readonly maxBytes: number;
};

/** The chat and the user decide the project. The response to a submit does not contain its id. */
const projectOf = (chatId: string, userId: string) =>
  `project_${createHash('sha256')
    .update(JSON.stringify([userId, chatId]))
    .digest('hex')
    .slice(0, 16)}`;

export function createJobs({ renderer, channels, maxFiles, maxBytes }: JobsOptions): Jobs {
  const files = new Map<string, FileRecord>();
  const timers = new Set<NodeJS.Timeout>();
  let bytes = 0;

  const later = (ms: number, callback: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      callback();
    }, ms);
    timers.add(timer);
  };

  /** Removes the oldest file whose job is over. */
  const removeOldest = (): boolean => {
    for (const { id, state, png, thumbnail } of files.values()) {
      if (state === 'rendering' || state === 'rendered') continue;
      bytes -= (png?.byteLength ?? 0) + (thumbnail?.byteLength ?? 0);
      return files.delete(id);
    }
    return false;
  };

  const begin = (file: FileRecord, end: () => void) => {
    const { request, faults } = file;
    const { prompt, style, width, height, seed, model, shotSize, negativePrompt, sourceImage } = request;
    const video = request.kind === 'video' ? planVideo(request) : undefined;
    const variation = JSON.stringify([seed, model, shotSize, negativePrompt, sourceImage ?? '']);

    const fail = (message: string) => {
      file.state = 'failed';
      channels.publish(file, { kind: 'failed', message });
      end();
    };
    const publish = () => {
      file.state = 'published';
      channels.publish(file, { kind: 'published' });
      end();
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
    channels.publish(file, { kind: 'started' });
    renderer.render(job, {
      onProgress: (done, total) =>
        channels.publish(file, {
          kind: 'progressed',
          progress: done / total,
          message: `Painted ${done} of ${total} ${video ? 'frames' : 'tiles'}`,
        }),
      onPainted(png, thumbnail) {
        Object.assign(file, { png, thumbnail, state: 'rendered' } satisfies Partial<FileRecord>);
        bytes += png.byteLength + thumbnail.byteLength;
        while (bytes > maxBytes && removeOldest());
        if (faults.urlLateMs === undefined) return publish();
        channels.publish(file, { kind: 'rendered' });
        later(faults.urlLateMs, publish);
      },
      onStopped: () => fail(faults.failTheJob?.message ?? 'The model could not render this prompt.'),
      onFailed: fail,
    });
  };

  return {
    submit(request, faults, userId) {
      while (files.size + request.batchSize > maxFiles) if (!removeOldest()) return undefined;
      return Array.from({ length: request.batchSize }, (_, index) => {
        let end = () => {};
        const ended = new Promise<void>(resolve => {
          end = resolve;
        });
        const projectId = projectOf(request.chatId ?? '', userId);
        const file: FileRecord = {
          id: randomUUID(),
          projectId,
          userId,
          request: { ...request, seed: request.seed + index },
          faults,
          state: 'rendering',
          hasThumbnail: false,
          reads: 0,
          streams: 0,
          ended,
        };
        files.set(file.id, file);
        begin(file, end);
        return file;
      });
    },
    file: id => files.get(id),
    project: id => [...files.values()].filter(({ projectId }) => projectId === id),
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
