import { custom, type InferOutput, nullish, object, pipe, transform } from 'valibot';
import { toId } from './ids.js';

/** The schema of a string. The message is for inputs. */
export const text = custom<string>(value => typeof value === 'string', 'must be a string');

const id = pipe(
  custom<string | number>(value => toId(value) !== undefined),
  transform(value => toId(value) ?? ''),
);
const optionalText = nullish(text);
const optionalId = nullish(id);
// Checked where it is used: an optional member of the wrong type is no reason to lose a paid job.
const anything = nullish(custom<unknown>(() => true));

/** `GET /api/file/{id}`, and the object of a `file` event. Other members are read where they are needed. */
export const fileObject = object({
  id,
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
  fileId: nullish(custom<unknown>(value => toId(value) !== undefined)),
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
  id: optionalId,
  file_id: optionalId,
  url: optionalText,
  file_url: optionalText,
  status: anything,
  value: nullish(object({ url: optionalText, file_id: optionalId })),
});
export type EventMembers = InferOutput<typeof eventMembers>;
