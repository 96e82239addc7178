import { isObject } from '../../machines/json.js';
import { toRequestError } from '../http/request-error.js';

/** As JSON, these are an empty object: the file would be missing, and the job paid. */
const lost = ['Blob', 'FormData', 'ArrayBuffer', 'ReadableStream'] as const;

function findLost(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null || depth > 20) return undefined;
  const name = lost.find(each => {
    const type: unknown = Reflect.get(globalThis, each);
    return typeof type === 'function' && value instanceof type;
  });
  if (name) return name;
  const parts = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  for (const part of parts) {
    const found = findLost(part, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** @throws GenerationError with the code `bad-input`, before anything is sent, for an input that JSON would change */
export function assertSendable(input: unknown, idempotencyKey: string): void {
  const name = findLost(input);
  if (!name) return;
  throw toRequestError(
    { action: 'submit', idempotencyKey },
    'bad-input',
    `its input has a ${name} in it. Nothing was sent`,
    {
      isCertainlyNotStarted: true,
      advice: 'Send a file as a data URL, which toDataUrl of generation-lifecycle/adapters/http makes',
    },
  );
}
