import { isObject } from '../../machines/json.js';
import { assertKnownOptions } from '../../machines/options.js';
import type { HeadersSource } from '../http/credentials.js';
import type { Fetch } from '../http/exchange.js';
import { createExchange } from '../http/json-exchange.js';
import { toAnswerError } from './answers.js';

/** Options of {@link createInputUpload}. */
export type InputUploadOptions = {
  /** The backend's path on your server, as for `remoteBackend`: `/api/generations/image`. */
  readonly baseUrl: string;
  /** Headers for every request, such as a bearer token. @defaultValue only the page's cookies */
  readonly headers?: HeadersSource | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** A file on the server. */
export type UploadedInput = {
  /** Stands for the file in a wish. */
  readonly reference: string;
  /** The media type that the server found. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** When it can no longer be used in a wish, in ms since the epoch. */
  readonly expiresAt: number;
};

/**
 * Uploads images and audio to your server half, as inputs of wishes. Put the `reference` into the wish; `input` on the
 * server finds the file by it. An upload costs nothing and may be repeated: equal bytes make the same wish.
 *
 * The promise rejects with a `GenerationError`: `bad-input` with `status` 413 for a file that is too large, and 415 for
 * a type that may not be uploaded; `rate-limited` for too many files; `unauthorized`, `network`, `timeout`.
 *
 * @throws TypeError for an unknown option, and without a `baseUrl`
 * @example
 * const upload = createInputUpload({ baseUrl: '/api/generations/image' });
 * const { reference } = await upload(file);
 */
export function createInputUpload(
  options: InputUploadOptions,
): (file: Blob, call?: { readonly signal?: AbortSignal | undefined }) => Promise<UploadedInput> {
  assertKnownOptions('createInputUpload', options, ['baseUrl', 'headers', 'fetch']);
  const { baseUrl, headers, fetch } = options;
  if (typeof baseUrl !== 'string' || baseUrl === '') {
    throw new TypeError(
      'createInputUpload() needs a baseUrl: where the backend is on your server, such as /api/generations/image.',
    );
  }
  const url = `${baseUrl.replace(/\/+$/, '')}/inputs`;
  const { ask } = createExchange({ headers, fetch });

  return async (file, { signal = new AbortController().signal } = {}) => {
    const answer = await ask({ action: 'prepare', url, method: 'POST', body: file, signal, isAnswer: () => true });
    if (!answer.ok) throw toAnswerError(answer, 'prepare', undefined);
    const said = answer.members['input'];
    if (!isObject(said) || typeof said['reference'] !== 'string') throw answer.toError({ code: 'invalid-response' });
    const { reference, type, size, expiresAt } = said;
    return { reference, type: String(type), size: Number(size), expiresAt: Number(expiresAt) };
  };
}
