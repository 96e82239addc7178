/** A file that a page has uploaded, as an input of a wish. */
export type StoredInput = {
  /** Cannot be guessed: letters, digits, `-` and `_`. */
  readonly id: string;
  /** Whose it is: a hash of the user's id. */
  readonly owner: string;
  /** A media type of the allow-list, such as `image/png`. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, as base64url. */
  readonly digest: string;
  /** In ms since the epoch. */
  readonly createdAt: number;
};

/** A part of a file, in bytes: from the first to before the end. */
export type InputRange = { readonly from: number; readonly to: number };

/**
 * Where a server half keeps the files that pages upload, until the jobs that need them have ended. A job *holds* its inputs; one that nobody holds may be
 * removed. `directoryInputs` and `memoryInputs` are two.
 *
 * @example
 * const store: InputStore = memoryInputs();
 */
export interface InputStore {
  /** Stores a file under a new id: all of it, or nothing if the body throws. */
  put(
    input: Pick<StoredInput, 'id' | 'owner' | 'type' | 'createdAt'>,
    body: AsyncIterable<Uint8Array>,
  ): Promise<StoredInput>;
  get(id: string): Promise<StoredInput | undefined>;
  /** The bytes, or a part of them; `undefined` if the file is gone. */
  read(id: string, range?: InputRange): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Keeps a file for a job, until it is released. `false` if it is gone. */
  hold(id: string, jobId: string): Promise<boolean>;
  /** Ends the hold of a job. The file stays. */
  release(id: string, jobId: string): Promise<void>;
  /** Removes a file that no job holds. `false` if one does. */
  remove(id: string): Promise<boolean>;
  /** How many files of an owner are there. */
  count(owner: string): Promise<number>;
  /** All files, with the jobs that hold them. */
  list(): AsyncIterable<{ readonly input: StoredInput; readonly heldBy: readonly string[] }>;
}
