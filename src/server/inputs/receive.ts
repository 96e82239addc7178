import { newId } from '../../machines/generation/generation.id.js';
import { joinBytes, toHash } from '../encoding.js';
import { RequestRefusal } from '../request/refusal.js';
import type { InputStore, StoredInput } from './input-store.js';
import { hasSignature, type InputType, signatureBytes, toInputType } from './media-types.js';

export type ReceiveOptions = {
  readonly store: InputStore;
  readonly maxBytes: number;
  readonly types: readonly InputType[];
  readonly maxPerUser: number;
  readonly uploadTimeoutMs: number;
};

/** Whose an input is, in words that tell nobody who that is. */
export const toOwner = (userId: string): Promise<string> => toHash('input owner', userId);

const tooLarge = (maxBytes: number) =>
  new RequestRefusal(
    413,
    'bad-input',
    `The file has more than ${maxBytes} bytes. Nothing was stored. Upload a smaller one.`,
  );

const wrongType = (types: readonly InputType[]) =>
  new RequestRefusal(
    415,
    'bad-input',
    `The file is none that may be uploaded, or its content is not of the type that it says. Nothing was stored. Upload one of these: ${types.join(', ')}.`,
  );

const tooSlow = () =>
  new RequestRefusal(408, 'timeout', 'The upload took too long. Nothing was stored. Upload the file again.');

const empty = () => new RequestRefusal(400, 'bad-input', 'The file is empty. Nothing was stored. Upload another one.');

const tooMany = (maxPerUser: number) =>
  new RequestRefusal(
    429,
    'rate-limited',
    `You have ${maxPerUser} files here that no job has used up, which is the most. Nothing was stored. Upload again when a generation has ended.`,
    { retryAfterMs: 30_000 },
  );

/** The bytes of an upload as they come: no more than may be, of the type that was said, within the time. */
async function* checked(
  request: Request,
  type: InputType,
  { maxBytes, types, uploadTimeoutMs }: ReceiveOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = request.body?.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), uploadTimeoutMs);
  });
  over.catch(() => undefined);
  let start = new Uint8Array();
  let isTold = false;
  let size = 0;
  try {
    for (;;) {
      const part = await Promise.race([reader?.read(), over]);
      if (!part || part.done) break;
      size += part.value.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      if (isTold) {
        yield part.value;
        continue;
      }
      start = joinBytes([start, part.value]);
      if (start.byteLength < signatureBytes) continue;
      if (!hasSignature(type, start)) throw wrongType(types);
      isTold = true;
      yield start;
    }
    if (size === 0) throw empty();
    // No file of any type is as short.
    if (!isTold) throw wrongType(types);
  } finally {
    clearTimeout(timer);
    void reader?.cancel().catch(() => undefined);
  }
}

/** Takes the files that pages upload. */
export function createReceiver(options: ReceiveOptions) {
  const { store, maxBytes, types, maxPerUser } = options;
  const receiving = new Map<string, number>();
  const count = (owner: string, change: number) => {
    const next = (receiving.get(owner) ?? 0) + change;
    if (next > 0) receiving.set(owner, next);
    else receiving.delete(owner);
    return next;
  };

  /** @throws RequestRefusal with 400, 408, 413, 415 or 429 */
  return async function receive(request: Request, userId: string, now: number): Promise<StoredInput> {
    const type = toInputType(request.headers.get('content-type'), types);
    if (!type) throw wrongType(types);
    if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const owner = await toOwner(userId);
    const others = count(owner, 1) - 1;
    try {
      if ((await store.count(owner)) + others >= maxPerUser) throw tooMany(maxPerUser);
      return await store.put({ id: newId(), owner, type, createdAt: now }, checked(request, type, options));
    } finally {
      count(owner, -1);
    }
  };
}
