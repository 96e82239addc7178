import type { Faults } from './faults.js';
import type { FileRecord } from './jobs.js';
import type { MediaUrls } from './media.urls.js';
import { contentFlag } from './moderation.js';
import { planVideo } from './video.plan.js';

type TaskStatus = 'in_progress' | 'completed' | 'error';

const statusByState: Readonly<Record<FileRecord['state'], TaskStatus>> = {
  queued: 'in_progress',
  rendering: 'in_progress',
  rendered: 'completed',
  published: 'completed',
  failed: 'error',
  cancelled: 'error',
};

/** The one task that every file has. */
export const renderTask = (file: FileRecord, status = statusByState[file.state]) => ({
  id: `task_${file.id}`,
  type: `${file.request.kind}-generation`,
  status,
  file_id: file.id,
  project_id: file.projectId,
  ...(file.state === 'failed' && file.faults.moderation && { error: contentFlag(file.faults.moderation.category) }),
});

/** The time that a queue of this length takes. */
const etaMs = ({ faults: { queue } }: FileRecord, position: number) => (position + 1) * (queue?.eachMs ?? 0);

/** The latest partial picture. */
export function previewMember({ state, previews }: FileRecord, urls: MediaUrls) {
  const latest = previews.at(-1);
  return latest && state === 'rendering' ? { preview_url: urls.preview(latest) } : {};
}

/** What the queue says of a file: nothing without one. */
export function queueMembers(file: FileRecord) {
  const { state, position, faults } = file;
  if (!faults.queue) return {};
  if (state === 'queued') return { status: 'queued', queue_position: position, eta_ms: etaMs(file, position) };
  return state === 'rendering' ? { status: 'running', queue_position: null } : {};
}

/** The members that the original backend does not have: each comes with its fault. */
function moreMembers(file: FileRecord) {
  const { state, faults } = file;
  const { cost, moderation, urlsExpireAfterS } = faults;
  const isFlagged = state === 'failed' && moderation !== undefined;
  return {
    ...queueMembers(file),
    ...(state === 'cancelled' && { status: 'cancelled', charged: false }),
    ...(isFlagged && { status: 'failed', error: contentFlag(moderation.category), charged: true }),
    ...(cost && (state === 'published' || isFlagged) && { cost }),
    ...(cost && state === 'cancelled' && { cost: { ...cost, amount: 0 } }),
    ...(urlsExpireAfterS !== undefined &&
      state === 'published' && { expires_at: new Date(Date.now() + urlsExpireAfterS * 1_000).toISOString() }),
  };
}

/** The tasks, newest first. Clients often expect the opposite order. */
export function tasksOf(file: FileRecord) {
  const thumbnail = {
    ...renderTask(file, file.hasThumbnail ? 'completed' : 'in_progress'),
    id: `thumbnail_${file.id}`,
    type: 'thumbnail',
  };
  return file.state === 'published' ? [thumbnail, renderTask(file)] : [renderTask(file)];
}

/**
 * The file object of the protocol. It has no content type, and a url when it is done. It has no status, either, unless a fault
 * brings one.
 */
export function toFileObject(file: FileRecord, urls: MediaUrls, { tasksForm = 'listed' }: Faults = file.faults) {
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
    url: published ? urls.image(file) : null,
    thumbnail_url: published && file.hasThumbnail ? urls.thumbnail(file) : null,
    type: request.kind,
    image_generation: request.kind === 'image' ? generation : null,
    video_generation: request.kind === 'video' ? video : null,
    duration: request.kind === 'video' ? request.duration : null,
    ...previewMember(file, urls),
    ...moreMembers(file),
    ...(tasksForm === 'absent' ? {} : { tasks: tasksForm === 'empty' ? [] : tasksOf(file) }),
  };
}
