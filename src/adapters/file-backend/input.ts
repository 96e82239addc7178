import { custom, getDotPath, nullish, object, safeParse } from 'valibot';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { text } from './wire.js';

const isPositive = (value: unknown) => Number.isFinite(value) && Number(value) > 0;
const isTextOrObject = (value: unknown) => typeof value === 'string' || value instanceof Object;
const isNonEmptyText = (value: unknown) => typeof value === 'string' && value.trim() !== '';

// A number cannot hold every seed. A rounded one would make another picture.
const isSeed = (value: unknown) => Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value));

const optionalText = nullish(text);
// An image names these by objects, a video by texts. Which values exist only the backend knows.
const optionalName = nullish(custom<object>(isTextOrObject, 'must be a string or an object'));
const optionalAmount = nullish(custom<number>(isPositive, 'must be a number above 0'));

const form = object({
  prompt: custom<string>(isNonEmptyText, 'must be a string that is not empty'),
  negativePrompt: optionalText,
  model: optionalName,
  resolution: optionalName,
  style: optionalName,
  shotSize: optionalName,
  chatId: optionalText,
  generationType: optionalText,
  seed: nullish(custom<number | string>(isSeed, 'must be a whole number (beyond 2^53 as a string)')),
  steps: optionalAmount,
  batchSize: nullish(custom<number>(value => value === 1 || value === 2 || value === 3, 'must be 1, 2 or 3')),
  duration: optionalAmount,
  frameRate: optionalAmount,
  file: nullish(custom<Blob>(value => value instanceof Blob, 'must be a Blob')),
});

/** What is sent: the fields of the JSON body, and the file that makes the body multipart. */
export type ValidInput = { readonly fields: object; readonly file: Blob | null | undefined };

/** Checks an input before anything is sent. @throws GenerationError with `bad-input`, which names each wrong field */
export function toValidInput(input: unknown, context: RequestContext): ValidInput {
  const { success, output, issues } = safeParse(form, input);
  if (!success) {
    const mistakes = issues.map(issue => `${getDotPath(issue) ?? 'the input'} ${issue.message}`);
    throw toRequestError(context, 'bad-input', mistakes.join(', '), {
      isCertainlyNotStarted: true,
      advice: 'Nothing was sent. Correct the input',
    });
  }
  const { file, ...fields } = output;
  return { fields, file };
}

/**
 * The body of a submit: JSON, or multipart if there is a file. In multipart a string is sent as it is, and any other value
 * as JSON.
 */
export function toBody({ fields, file }: ValidInput): string | FormData {
  if (!file) return JSON.stringify(fields);
  const body = new FormData();
  for (const [key, value] of Object.entries(fields)) {
    if (value != null) body.append(key, typeof value === 'string' ? value : JSON.stringify(value));
  }
  body.append('file', file);
  return body;
}
