/** Identifies a result: its generation, and its index in the output. */
export type ResultKey = {
  /** The generation's id: letters, digits, `-` and `_`. */
  readonly id: string;
  readonly index: number;
};

/** Passed with the bytes of a result. */
export type ResultInfo = {
  /** For example `image/png`. */
  readonly type: string;
  /** Aborted when the copy is given up. */
  readonly signal: AbortSignal;
};

/** A result that is stored. */
export type StoredResult = {
  /** Size in bytes. */
  readonly bytes: number;
};

/** A part of a result, in bytes: from the first to before the last. */
export type ResultRange = { readonly from: number; readonly to: number };

/**
 * Requests a URL once and follows no redirect: the server half checks each redirect and requests its target.
 *
 * @throws RefusedResultError for a URL that must not be requested, such as one in a private network. Any other error is
 *   tried again later
 */
export type ResultDownload = (
  url: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<Response>;

/**
 * Where a server half keeps copies of results, so that they outlive the vendor's own files. `directoryResults` and
 * `s3Results` implement it. Several processes use it at once.
 *
 * @example
 * const files = new Map<string, Uint8Array>();
 * const nameOf = ({ id, index }: ResultKey) => `${id}/${index}`;
 * const results: ResultStore = {
 *   async put(key, body) {
 *     const bytes = new Uint8Array(await new Response(body).arrayBuffer());
 *     if (!files.has(nameOf(key))) files.set(nameOf(key), bytes);
 *     return { bytes: files.get(nameOf(key))?.length ?? 0 };
 *   },
 *   async get(key, { from, to } = { from: 0, to: Number.POSITIVE_INFINITY }) {
 *     const bytes = files.get(nameOf(key));
 *     return bytes && new Blob([Uint8Array.from(bytes.slice(from, to))]).stream();
 *   },
 *   async delete(id) {
 *     for (const name of files.keys()) if (name.startsWith(`${id}/`)) files.delete(name);
 *   },
 * };
 */
export interface ResultStore {
  /**
   * Stores a result whole or not at all: if the body fails, `get` finds nothing. An existing result stays unchanged,
   * and its body need not be read. Resolves to the size once the result would survive a crash.
   */
  put(key: ResultKey, body: ReadableStream<Uint8Array>, info: ResultInfo): Promise<StoredResult>;
  /** The bytes, or a part of them; `undefined` if they are not stored. */
  get(key: ResultKey, range?: ResultRange | undefined): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Deletes all results of a generation, and the remains of unfinished copies. There may be none. */
  delete(id: string): Promise<void>;
  /**
   * How results are requested from hosts that are not listed. @defaultValue not at all: list them in `resultOrigins`
   */
  readonly download?: ResultDownload | undefined;
}

/**
 * A result that is never copied, whatever the number of attempts. The page keeps the vendor's URL.
 *
 * @example
 * const download: ResultDownload = async (url, init) => {
 *   if (new URL(url).hostname !== 'cdn.example.com') throw new RefusedResultError('Its host is not ours.');
 *   return fetch(url, { ...init, redirect: 'manual' });
 * };
 */
export class RefusedResultError extends Error {
  override readonly name = 'RefusedResultError';
}

/** The refusal within an error, which `fetch` puts another one around. */
export function toRefusal(error: unknown): RefusedResultError | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    if (each.name === 'RefusedResultError') return each as RefusedResultError;
  }
  return undefined;
}
