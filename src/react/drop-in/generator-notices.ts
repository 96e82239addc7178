import type { FailedFile } from '../../adapters/file-backend/file-backend.types.js';
import type { StorageError } from '../../machines/client/client.types.js';
import type { Failure } from '../../machines/generation/generation.port.js';
import type { GenerationDescription } from './generation-description.js';
import type { GeneratorNotice } from './generator.types.js';

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

type Subject = { readonly id: string; readonly description: GenerationDescription | undefined };

/** Creates the notices about an `image` or a `video`. */
export function noticesAbout<TItem>(kindName: string) {
  type Notice = GeneratorNotice<TItem>;
  const toLossText = (storageError: StorageError, subject: string) =>
    storageError === 'storage-full'
      ? `The browser's storage for this site is full, so ${subject} may be lost when the page closes. Delete ${kindName}s to make room, and download what you need.`
      : `The browser does not let this page store anything, so ${subject} may be lost when the page closes. Keep the page open, and download what you need.`;
  return {
    started: (subject: Subject): Notice => ({
      type: 'generation.started',
      level: 'info',
      message: `Generating the ${kindName}.`,
      ...subject,
    }),
    completed: ({
      storageError,
      ...subject
    }: Subject & {
      readonly items: readonly TItem[];
      readonly failed: readonly FailedFile[];
      readonly storageError: StorageError | undefined;
    }): Notice => ({
      type: 'generation.completed',
      level: storageError ? 'error' : 'success',
      message: [
        subject.items.length === 1 ? `The ${kindName} is ready.` : `${subject.items.length} ${kindName}s are ready.`,
        ...(subject.failed.length > 0 ? [`${subject.failed.length} failed.`] : []),
        ...(storageError ? [toLossText(storageError, subject.items.length === 1 ? 'it' : 'they')] : []),
      ].join(' '),
      storageError,
      ...subject,
    }),
    failed: (subject: Subject & { readonly failure: Failure }): Notice => ({
      type: 'generation.failed',
      level: 'error',
      message: subject.failure.message,
      ...subject,
    }),
    stopped: (subject: Subject & { readonly charged: Failure['charged'] }): Notice => ({
      type: 'generation.stopped',
      level: 'info',
      message:
        subject.charged === 'no'
          ? 'Stopped before it was submitted. It is not charged.'
          : `Stopped on this page. The backend cannot cancel: the ${kindName} may still be made, and ${subject.charged === 'yes' ? 'is' : 'may be'} charged.`,
      isCancelled: subject.charged === 'no',
      ...subject,
    }),
    storageFailed: (storageError: StorageError): Notice => ({
      type: 'storage.failed',
      level: 'error',
      message: toLossText(storageError, 'what is new here'),
      storageError,
    }),
    setAside: (key: string): Notice => ({
      type: 'storage.set-aside',
      level: 'error',
      message: `Some entries of the stored gallery have no url, or cannot be read, so they are not shown. They are kept in localStorage, under ${key}:set-aside:1 and the keys that follow it.`,
      key,
    }),
    downloaded: (item: TItem): Notice => ({
      type: 'item.downloaded',
      level: 'success',
      message: `The browser is saving the ${kindName}.`,
      item,
    }),
    opened: (item: TItem): Notice => ({
      type: 'item.opened',
      level: 'info',
      message: `This page cannot read the ${kindName}, so it was opened in a new tab. Save it from there.`,
      item,
    }),
    downloadFailed: (item: TItem, cause: unknown): Notice => ({
      type: 'item.download-failed',
      level: 'error',
      message: `The ${kindName} could not be saved. ${reasonOf(cause)}`,
      item,
      cause,
    }),
    copied: (item: TItem): Notice => ({
      type: 'item.copied',
      level: 'success',
      message: `The url of the ${kindName} was copied.`,
      item,
    }),
    copyFailed: (item: TItem, cause: unknown): Notice => ({
      type: 'item.copy-failed',
      level: 'error',
      message: `The url of the ${kindName} could not be copied. ${reasonOf(cause)}`,
      item,
      cause,
    }),
  };
}
