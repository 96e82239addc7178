import type { FailedFile } from '../../adapters/file-backend/file-backend.types.js';
import type { Failure } from '../../machines/generation/generation.port.js';
import type { GeneratorNotice } from './generator.types.js';

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Creates the notices about an `image` or a `video`. */
export function noticesAbout<TItem>(kindName: string) {
  type Notice = GeneratorNotice<TItem>;
  return {
    started: (id: string): Notice => ({
      type: 'generation.started',
      level: 'info',
      message: `Generating the ${kindName}.`,
      id,
    }),
    completed: (id: string, items: readonly TItem[], failed: readonly FailedFile[]): Notice => ({
      type: 'generation.completed',
      level: 'success',
      message: [
        items.length === 1 ? `The ${kindName} is ready.` : `${items.length} ${kindName}s are ready.`,
        ...(failed.length > 0 ? [`${failed.length} failed.`] : []),
      ].join(' '),
      id,
      items,
      failed,
    }),
    failed: (id: string, failure: Failure): Notice => ({
      type: 'generation.failed',
      level: 'error',
      message: failure.message,
      id,
      failure,
    }),
    stopped: (id: string, charged: Failure['charged']): Notice => ({
      type: 'generation.stopped',
      level: 'info',
      message:
        charged === 'no'
          ? 'Stopped before it was submitted. It is not charged.'
          : `Stopped on this page. The backend cannot cancel: the ${kindName} may still be made, and ${charged === 'yes' ? 'is' : 'may be'} charged.`,
      id,
      isCancelled: charged === 'no',
      charged,
    }),
    downloaded: (item: TItem): Notice => ({
      type: 'item.downloaded',
      level: 'success',
      message: `The ${kindName} was saved.`,
      item,
    }),
    opened: (item: TItem): Notice => ({
      type: 'item.opened',
      level: 'info',
      message: `The ${kindName} was opened in a new tab. Save it from there.`,
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
