import { describeValue } from '../../machines/described.js';
import { assertKnownOptions } from '../../machines/options.js';
import { assertBaseUrl } from './address.js';
import type { FileBackendOptions, FileKind } from './file-backend.types.js';

const optionNames = Object.keys({
  kind: true,
  baseUrl: true,
  fetch: true,
  headers: true,
  maxEventBytes: true,
  idempotencyHeader: true,
  idempotentSubmit: true,
  idempotencyWindowMs: true,
  canCancel: true,
  canFindByKey: true,
} satisfies Record<keyof FileBackendOptions<FileKind>, true>);

const kinds: { readonly [kind in FileKind]: true } = { image: true, video: true };

const keyModes: readonly unknown[] = [undefined, false, true, 'replays', 'rejects'];

/** Refuses options by which a submit could be paid for twice, or which have no effect. @throws TypeError */
export function assertFileBackendOptions(options: FileBackendOptions<FileKind>): void {
  assertKnownOptions('fileBackend', options, optionNames);
  const { kind, baseUrl, idempotencyHeader, idempotentSubmit, canFindByKey } = options;
  if (!Object.keys(kinds).includes(kind)) {
    const found = typeof kind === 'string' ? `"${kind}"` : describeValue(kind);
    throw new TypeError(
      `The option kind of fileBackend() must be ${Object.keys(kinds).join(' or ')}. It is ${found}. For another API, such as one for audio, describe it to restBackend().`,
    );
  }
  assertBaseUrl('fileBackend', baseUrl);
  if (!keyModes.includes(idempotentSubmit)) {
    throw new TypeError(
      "The option idempotentSubmit of fileBackend() must be 'replays' (or true), 'rejects', or false.",
    );
  }
  const needing = idempotentSubmit ? 'idempotentSubmit' : canFindByKey ? 'canFindByKey' : undefined;
  if (idempotencyHeader === false && needing) {
    throw new TypeError(
      `The options of fileBackend() contradict each other: ${needing} needs the key of a submit, and idempotencyHeader: false does not send it.`,
    );
  }
  if (typeof idempotencyHeader === 'string' && !/^[\w!#$%&'*+.^`|~-]+$/.test(idempotencyHeader)) {
    throw new TypeError('The option idempotencyHeader of fileBackend() is not the name of a header.');
  }
}
