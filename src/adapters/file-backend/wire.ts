import { custom, type InferOutput, nullish, object } from 'valibot';

/** A text as a schema; the message is for inputs. */
export const text = custom<string>(value => typeof value === 'string', 'must be a text');

const maybeText = nullish(text);
// Read leniently where it is used: what only decorates an answer is no reason to lose a paid job.
const anything = nullish(custom<unknown>(() => true));

/** `GET /api/file/{id}`, and the object of a `file` event. */
export const fileObject = object({
  id: text,
  url: maybeText,
  thumbnail_url: anything,
  type: anything,
  image_generation: anything,
  video_generation: anything,
  duration: anything,
  tasks: nullish(custom<readonly unknown[]>(Array.isArray)),
});
export type FileObject = InferOutput<typeof fileObject>;

/** The answer to a submit. */
export const submitAnswer = object({
  success: anything,
  fileId: maybeText,
  projectId: anything,
  requestId: anything,
  url: anything,
  files: anything,
});
export type SubmitAnswer = InferOutput<typeof submitAnswer>;

/** An event, and the object in it: older events have the object's members beside `type`. */
export const eventMembers = object({
  type: anything,
  object: anything,
  id: maybeText,
  file_id: maybeText,
  url: maybeText,
  file_url: maybeText,
  status: anything,
  message: anything,
  progress: anything,
  value: nullish(object({ url: maybeText, file_id: maybeText })),
});
export type EventMembers = InferOutput<typeof eventMembers>;
