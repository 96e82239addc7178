import type { Faults } from './faults.js';
import { filmOf } from './film.plan.js';
import type { FileRecord } from './jobs.js';
import type { Signer } from './signing.js';

/** What the protocol's objects are written with: where urls point to, and who signs them. */
export type Pen = { readonly origin: string; readonly signer: Signer };

/** A fresh url of the picture: no two are the same. */
export const pictureUrl = ({ id }: FileRecord, { origin, signer }: Pen) => origin + signer.sign(`/media/${id}.png`);

/** The same picture as another part of the backend names it. */
export const rotatedUrl = ({ id }: FileRecord, { origin, signer }: Pen) =>
  `${origin}${signer.sign(`/cdn/${id}.webp`)}&format=png#preview`;

const thumbnailUrl = ({ id }: FileRecord, { origin, signer }: Pen) =>
  origin + signer.sign(`/media/${id}.thumbnail.png`);

export type TaskStatus = 'in_progress' | 'completed' | 'error';

export const taskStatus = ({ state }: FileRecord): TaskStatus =>
  state === 'rendering' ? 'in_progress' : state === 'failed' ? 'error' : 'completed';

/** The one task that every file has. */
export const renderTask = (file: FileRecord, status = taskStatus(file)) => ({
  id: `task_${file.id}`,
  type: `${file.request.kind}-generation`,
  status,
  file_id: file.id,
  project_id: file.projectId,
});

/** The tasks, the newest first: in the order in which nobody expects them. */
export function tasksOf(file: FileRecord) {
  const thumbnail = {
    ...renderTask(file, file.hasThumbnail ? 'completed' : 'in_progress'),
    id: `thumbnail_${file.id}`,
    type: 'thumbnail',
  };
  return file.state === 'published' ? [thumbnail, renderTask(file)] : [renderTask(file)];
}

/** The file object of the protocol: no status, no content type; a url when it is done. */
export function toFileObject(file: FileRecord, pen: Pen, { tasksForm = 'listed' }: Faults = file.faults) {
  const { request } = file;
  const published = file.state === 'published';
  const generation = {
    prompt: request.prompt,
    negative_prompt: request.negativePrompt,
    model: request.model,
    style: request.style,
    shot_size: request.shotSize,
    width: request.width,
    height: request.height,
    seed: request.seed,
  };
  const { width, height } = filmOf(request);
  const film = { ...generation, width, height, duration: request.duration, frame_rate: request.frameRate };
  return {
    id: file.id,
    url: published ? pictureUrl(file, pen) : null,
    thumbnail_url: published && file.hasThumbnail ? thumbnailUrl(file, pen) : null,
    type: request.kind,
    image_generation: request.kind === 'image' ? generation : null,
    video_generation: request.kind === 'video' ? film : null,
    duration: request.kind === 'video' ? request.duration : null,
    ...(tasksForm === 'absent' ? {} : { tasks: tasksForm === 'empty' ? [] : tasksOf(file) }),
  };
}
