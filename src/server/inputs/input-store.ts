/** A file that a page uploaded as an input of a wish. */
export type StoredInput = {
  /** Unguessable: letters, digits, `-` and `_`. */
  readonly id: string;
  /** A hash of the user's id. */
  readonly owner: string;
  /** An allowed media type, such as `image/png`. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** The bytes' SHA-256, as base64url. */
  readonly digest: string;
  /** In ms since the epoch. */
  readonly createdAt: number;
};

/** A part of a file, in bytes: from the first to before the end. */
export type InputRange = { readonly from: number; readonly to: number };

/**
 * Where a server half keeps uploaded files until the jobs that need them have ended. A job *holds* its inputs; an input
 * that no job holds may be removed. `directoryInputs` and `memoryInputs` implement it.
 *
 * @example
 * const store: InputStore = memoryInputs();
 */
export interface InputStore {
  /** Stores a file under a new id: whole, or not at all if the body throws. */
  put(
    input: Pick<StoredInput, 'id' | 'owner' | 'type' | 'createdAt'>,
    body: AsyncIterable<Uint8Array>,
  ): Promise<StoredInput>;
  get(id: string): Promise<StoredInput | undefined>;
  /** The bytes, or a part of them; `undefined` if the file is gone. */
  read(id: string, range?: InputRange): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Keeps a file for a job until it is released. `false` if it is gone. */
  hold(id: string, jobId: string): Promise<boolean>;
  /** Ends a job's hold. The file stays. */
  release(id: string, jobId: string): Promise<void>;
  /** Removes a file that no job holds. `false` if one does. */
  remove(id: string): Promise<boolean>;
  /** Number of files of an owner. */
  count(owner: string): Promise<number>;
  /** All files, with the jobs that hold them. */
  list(): AsyncIterable<{ readonly input: StoredInput; readonly heldBy: readonly string[] }>;
}
