import { atMost } from '../at-most.js';
import { joinBytes } from '../encoding.js';
import { headLength, isAllowedType, toResultType } from './media-type.js';
import { RefusedResultError, type ResultKey, type ResultStore, type StoredResult } from './result-store.js';

/** How much of a result is taken, and for how long. */
export type CopyLimits = {
  readonly maxBytes: number;
  readonly types: readonly string[];
  /** For all of it, in ms. */
  readonly timeoutMs: number;
  /** Between two parts of it, in ms. */
  readonly idleTimeoutMs: number;
};

/** A result that was copied. */
export type CopiedResult = { readonly type: string; readonly bytes: number };

/** How long a store has to clean up after a copy that was given up, in ms. */
const cleanUpMs = 5_000;

const gone: readonly number[] = [400, 401, 403, 404, 405, 410, 451];

function toBody({ status, body }: Response): ReadableStream<Uint8Array> {
  if (status === 200 && body) return body;
  void body?.cancel().catch(() => undefined);
  const text = `Its server answers with ${status}.`;
  throw gone.includes(status) ? new RefusedResultError(text) : new Error(text);
}

/** What its sender says; `undefined` for what is compressed on the way. */
function toLength({ headers }: Response): number | undefined {
  const said = headers.get('content-length');
  return said !== null && /^\d{1,15}$/.test(said) && !headers.has('content-encoding') ? Number(said) : undefined;
}

/**
 * Copies one result as a stream: no more of it is in memory than what the store is writing.
 *
 * @param open requests it
 * @throws RefusedResultError for what is not to be copied. Any other error may pass
 */
export async function copyResult(
  store: ResultStore,
  key: ResultKey,
  open: (signal: AbortSignal) => Promise<Response>,
  { maxBytes, types, timeoutMs, idleTimeoutMs }: CopyLimits,
  parent: AbortSignal,
): Promise<CopiedResult> {
  const controller = new AbortController();
  const { signal } = controller;
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    controller.abort(failure);
  };
  const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  aborted.catch(() => undefined);
  const giveUp = () => fail(new Error('The copy was stopped. It goes on later.'));
  const timer = setTimeout(() => fail(new Error(`It took longer than ${timeoutMs} ms.`)), timeoutMs);
  parent.addEventListener('abort', giveUp);
  if (parent.aborted) giveUp();

  /** Waits for the sender, and not for ever. */
  async function within<TAnswer>(answer: Promise<TAnswer>): Promise<TAnswer> {
    const idle = setTimeout(() => fail(new Error(`Nothing came for ${idleTimeoutMs} ms.`)), idleTimeoutMs);
    try {
      return await Promise.race([answer, aborted]);
    } finally {
      clearTimeout(idle);
    }
  }

  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let putting: Promise<StoredResult> | undefined;
  try {
    const response = await within(open(signal));
    reader = toBody(response).getReader();
    const source = reader;
    const length = toLength(response);
    if (length !== undefined && length > maxBytes)
      throw new RefusedResultError(`It has ${length} bytes, and ${maxBytes} are the most (maxResultBytes).`);

    let count = 0;
    /** The next part; `undefined` at the end, if that is where it should be. */
    const next = async (): Promise<Uint8Array | undefined> => {
      const { done, value } = await within(source.read());
      if (!done) count += value.length;
      if (count > maxBytes) throw new RefusedResultError(`It has more than ${maxBytes} bytes (maxResultBytes).`);
      if (!done) return value;
      if (count === 0) throw new Error('Its server sent no bytes at all.');
      if (length !== undefined && count !== length)
        throw new Error(`It was said to have ${length} bytes, and ${count} came.`);
      return undefined;
    };

    const head: Uint8Array[] = [];
    for (let part = await next(); part; part = count < headLength ? await next() : undefined) head.push(part);
    const type = toResultType(response.headers.get('content-type'), joinBytes(head));
    if (type === undefined || !isAllowedType(type, types))
      throw new RefusedResultError(
        `Its type is ${type ?? 'not what it is said to be, or not known'}, and resultTypes has ${types.join(', ')}.`,
      );

    const body = new ReadableStream<Uint8Array>(
      {
        async pull(to) {
          try {
            const part = head.shift() ?? (await next());
            if (part) to.enqueue(part);
            else to.close();
          } catch (error) {
            fail(error);
            to.error(error);
          }
        },
      },
      { highWaterMark: 0 },
    );
    putting = store.put(key, body, { type, signal });
    const { bytes } = await Promise.race([putting, aborted]);
    return { type, bytes };
  } catch (error) {
    fail(error);
    await atMost(
      cleanUpMs,
      putting?.catch(() => undefined),
    );
    throw failure;
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', giveUp);
    // Also the request, if the store did not want all of it.
    controller.abort(new Error('The copy is over, and needs nothing more.'));
    void reader?.cancel().catch(() => undefined);
  }
}
