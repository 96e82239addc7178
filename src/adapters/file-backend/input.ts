import { custom, nullish, object, safeParse } from 'valibot';
import { type Errand, toError } from '../http/failure.js';
import { text } from './wire.js';

const isAboveZero = (value: unknown) => Number.isFinite(value) && Number(value) > 0;

const maybeText = nullish(text);
// An image has these in objects, a video as texts. Which there are, the backend knows.
const name = nullish(
  custom<object>(value => typeof value === 'string' || value instanceof Object, 'must be a text or an object'),
);
const amount = nullish(custom<number>(isAboveZero, 'must be above 0'));

const form = object({
  prompt: custom<string>(value => typeof value === 'string' && /\S/.test(value), 'must be a text, and not empty'),
  negativePrompt: maybeText,
  model: name,
  resolution: name,
  style: name,
  shotSize: name,
  chatId: maybeText,
  generationType: maybeText,
  seed: nullish(custom<number>(Number.isSafeInteger, 'must be a whole number')),
  steps: amount,
  batchSize: nullish(custom<number>(value => value === 1 || value === 2 || value === 3, 'must be 1, 2 or 3')),
  duration: amount,
  frameRate: amount,
  file: nullish(custom<Blob>(value => value instanceof Blob, 'must be a Blob')),
});

/** What is sent: the fields of the JSON body, and the file that makes it a multipart one. */
export type Form = { readonly fields: object; readonly file: Blob | null | undefined };

/** Checks an input before anything is sent. Throws `bad-input`, which names the members that do not fit. */
export function toForm(input: unknown, errand: Errand): Form {
  const { success, output, issues } = safeParse(form, input);
  if (!success) {
    const faults = issues.map(({ path = [], message }) => `${path.map(({ key }) => key).join('.')} ${message}`);
    throw toError(errand, 'bad-input', faults.join(', '), { isRefused: true });
  }
  const { file, ...fields } = output;
  return { fields, file };
}

/** The body of a submit: JSON, or multipart if there is a file. In multipart, texts stand bare and the rest is JSON. */
export function toBody({ fields, file }: Form): string | FormData {
  if (!file) return JSON.stringify(fields);
  const body = new FormData();
  for (const [key, value] of Object.entries(fields)) {
    if (value != null) body.append(key, typeof value === 'string' ? value : JSON.stringify(value));
  }
  body.append('file', file);
  return body;
}
