import { createHash, randomUUID } from 'node:crypto';
import type { Channels } from './channels.js';
import type { Faults } from './faults.js';
import { filmOf } from './film.plan.js';
import type { Renderer } from './renderer.js';
import type { GenerationRequest } from './submit.form.js';

/** One picture or film that was asked for, and all that is known of it. */
export type FileRecord = {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly request: GenerationRequest;
  readonly faults: Faults;
  /** `rendered` is the moment in which all tasks are completed and the url is still missing. */
  state: 'rendering' | 'rendered' | 'published' | 'failed';
  png?: Uint8Array | undefined;
  thumbnail?: Uint8Array | undefined;
  hasThumbnail: boolean;
  /** How often it was read, and its stream opened: the faults count by these. */
  reads: number;
  streams: number;
  /** Resolves when it is published or has failed. */
  readonly ended: Promise<void>;
};

/** Starts jobs and keeps them in memory, the newest ones. */
export type Jobs = {
  /** One file for each picture of the batch, or nothing when too many are being rendered. */
  submit(request: GenerationRequest, faults: Faults, userId: string): readonly FileRecord[] | undefined;
  file(id: string): FileRecord | undefined;
  /** The files of a project, oldest first. */
  project(id: string): readonly FileRecord[];
  close(): void;
};

type Environment = {
  readonly renderer: Renderer;
  readonly channels: Channels;
  /** So many files are kept. */
  readonly maxFiles: number;
  /** So many bytes of pictures are kept. */
  readonly maxBytes: number;
};

/** The chat a picture was asked for in decides its project; the submit's answer does not tell its id. */
const projectOf = (chatId: string, userId: string) =>
  `project_${createHash('sha256')
    .update(JSON.stringify([userId, chatId]))
    .digest('hex')
    .slice(0, 16)}`;

export function createJobs({ renderer, channels, maxFiles, maxBytes }: Environment): Jobs {
  const files = new Map<string, FileRecord>();
  const timers = new Set<NodeJS.Timeout>();
  let bytes = 0;

  const later = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  /** Forgets the oldest file whose job is over. */
  const forgetOne = (): boolean => {
    for (const { id, state, png, thumbnail } of files.values()) {
      if (state === 'rendering' || state === 'rendered') continue;
      bytes -= (png?.byteLength ?? 0) + (thumbnail?.byteLength ?? 0);
      return files.delete(id);
    }
    return false;
  };

  const begin = (file: FileRecord, end: () => void) => {
    const { request, faults } = file;
    const { prompt, style, width, height, seed, model, shotSize, negativePrompt, picture } = request;
    const film = request.kind === 'video' ? filmOf(request) : undefined;
    const variation = JSON.stringify([seed, model, shotSize, negativePrompt, picture ?? '']);

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
    const size = { width: film?.width ?? width, height: film?.height ?? height };
    const order = { commission: { prompt, style, variation, ...size, film }, renderMs: faults.renderMs ?? 0, stopAt };
    channels.publish(file, { kind: 'started' });
    renderer.render(order, {
      onProgress: (done, total) =>
        channels.publish(file, {
          kind: 'progressed',
          progress: done / total,
          message: `Painted ${done} of ${total} ${film ? 'frames' : 'tiles'}`,
        }),
      onPainted(png, thumbnail) {
        Object.assign(file, { png, thumbnail, state: 'rendered' } satisfies Partial<FileRecord>);
        bytes += png.byteLength + thumbnail.byteLength;
        while (bytes > maxBytes && forgetOne());
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
      while (files.size + request.batchSize > maxFiles) if (!forgetOne()) return undefined;
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
