import { custom, type InferOutput, nullish, object } from 'valibot';

/** The schema of a string. The message is for inputs. */
export const text = custom<string>(value => typeof value === 'string', 'must be a string');

const optionalText = nullish(text);
// Checked where it is used: an optional member of the wrong type is no reason to lose a paid job.
const anything = nullish(custom<unknown>(() => true));

/** `GET /api/file/{id}`, and the object of a `file` event. */
export const fileObject = object({
  id: text,
  url: optionalText,
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
  fileId: optionalText,
  projectId: anything,
  requestId: anything,
  url: anything,
  files: anything,
});
export type SubmitAnswer = InferOutput<typeof submitAnswer>;

/** An event, and also its object: older events have the members of the object beside `type`. */
export const eventMembers = object({
  type: anything,
  object: anything,
  id: optionalText,
  file_id: optionalText,
  url: optionalText,
  file_url: optionalText,
  status: anything,
  message: anything,
  progress: anything,
  value: nullish(object({ url: optionalText, file_id: optionalText })),
});
export type EventMembers = InferOutput<typeof eventMembers>;
