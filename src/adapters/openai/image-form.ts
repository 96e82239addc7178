import { fromDataUrl } from '../http/data-url.js';
import { toRequestError } from '../http/request-error.js';
import type { Members } from './picture.js';

/** Members that are files. */
const fileNames = ['image', 'mask'];

/**
 * A body with files in it, as OpenAI takes it: a list is repeated under its name with `[]`.
 *
 * @throws GenerationError before anything is sent, for a file that is none
 */
export function toForm(members: Members, idempotencyKey: string): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(members)) {
    const isList = Array.isArray(value);
    for (const part of isList ? value : [value]) {
      if (part == null) continue;
      const field = isList ? `${name}[]` : name;
      if (fileNames.includes(name)) form.append(field, toFile(part, name, idempotencyKey), name);
      else form.append(field, String(part));
    }
  }
  return form;
}

function toFile(given: unknown, name: string, idempotencyKey: string): Blob {
  const file = typeof given === 'string' ? fromDataUrl(given) : given;
  if (file instanceof Blob) return file;
  throw toRequestError({ action: 'submit', idempotencyKey }, 'bad-input', `its ${name} is no file. Nothing was sent`, {
    isCertainlyNotStarted: true,
    advice: `Pass the ${name} as a Blob or a data URL`,
  });
}
