import type { Faults } from './faults.js';
import type { FileRecord } from './jobs.js';
import type { Signer } from './signing.js';
import { planVideo } from './video.plan.js';

/** The origin and the signer of urls. */
export type UrlContext = { readonly origin: string; readonly signer: Signer };

/** A new url of the image: no two are the same. */
export const imageUrl = ({ id }: FileRecord, { origin, signer }: UrlContext) =>
  origin + signer.sign(`/media/${id}.png`);

/** Another url of the same image. */
export const rotatedUrl = ({ id }: FileRecord, { origin, signer }: UrlContext) =>
  `${origin}${signer.sign(`/cdn/${id}.webp`)}&format=png#preview`;

const thumbnailUrl = ({ id }: FileRecord, { origin, signer }: UrlContext) =>
  origin + signer.sign(`/media/${id}.thumbnail.png`);

export type TaskStatus = 'in_progress' | 'completed' | 'error';

const taskStatus = ({ state }: FileRecord): TaskStatus =>
  state === 'rendering' ? 'in_progress' : state === 'failed' ? 'error' : 'completed';

/** The one task that every file has. */
export const renderTask = (file: FileRecord, status = taskStatus(file)) => ({
  id: `task_${file.id}`,
  type: `${file.request.kind}-generation`,
  status,
  file_id: file.id,
  project_id: file.projectId,
});

/** The tasks, newest first. Clients often expect the opposite order. */
export function tasksOf(file: FileRecord) {
  const thumbnail = {
    ...renderTask(file, file.hasThumbnail ? 'completed' : 'in_progress'),
    id: `thumbnail_${file.id}`,
    type: 'thumbnail',
  };
  return file.state === 'published' ? [thumbnail, renderTask(file)] : [renderTask(file)];
}

/** The file object of the protocol. It has no status and no content type, and a url when it is done. */
export function toFileObject(file: FileRecord, urls: UrlContext, { tasksForm = 'listed' }: Faults = file.faults) {
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
  const { width, height } = planVideo(request);
  const video = { ...generation, width, height, duration: request.duration, frame_rate: request.frameRate };
  return {
    id: file.id,
    url: published ? imageUrl(file, urls) : null,
    thumbnail_url: published && file.hasThumbnail ? thumbnailUrl(file, urls) : null,
    type: request.kind,
    image_generation: request.kind === 'image' ? generation : null,
    video_generation: request.kind === 'video' ? video : null,
    duration: request.kind === 'video' ? request.duration : null,
    ...(tasksForm === 'absent' ? {} : { tasks: tasksForm === 'empty' ? [] : tasksOf(file) }),
  };
}
