import type { FailedFile } from '../../adapters/file-backend/file-backend.types.js';
import type { Failure } from '../../machines/generation/generation.port.js';
import type { GeneratorNotice } from './generator.types.js';

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** The notices about an `image` or a `video`, with words that a toast may show. */
export function noticesAbout<TItem>(noun: string) {
  type Notice = GeneratorNotice<TItem>;
  return {
    started: (id: string): Notice => ({
      type: 'generation.started',
      level: 'info',
      message: `The ${noun} is being made.`,
      id,
    }),
    completed: (id: string, items: readonly TItem[], failed: readonly FailedFile[]): Notice => ({
      type: 'generation.completed',
      level: 'success',
      message: [
        items.length === 1 ? `The ${noun} is ready.` : `${items.length} ${noun}s are ready.`,
        ...(failed.length > 0 ? [`Of those asked for, ${failed.length} failed.`] : []),
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
          ? 'Stopped before anything was sent.'
          : 'Stopped here. The backend cannot cancel: it may go on, and may be charged.',
      id,
      isCancelled: charged === 'no',
      charged,
    }),
    downloaded: (item: TItem): Notice => ({
      type: 'item.downloaded',
      level: 'success',
      message: `The ${noun} is saved.`,
      item,
    }),
    opened: (item: TItem): Notice => ({
      type: 'item.opened',
      level: 'info',
      message: `The ${noun} is opened in a tab of its own, to be saved from there.`,
      item,
    }),
    downloadFailed: (item: TItem, cause: unknown): Notice => ({
      type: 'item.download-failed',
      level: 'error',
      message: `The ${noun} could not be saved: ${reasonOf(cause)}`,
      item,
      cause,
    }),
    copied: (item: TItem): Notice => ({
      type: 'item.copied',
      level: 'success',
      message: `The address of the ${noun} is copied.`,
      item,
    }),
    copyFailed: (item: TItem, cause: unknown): Notice => ({
      type: 'item.copy-failed',
      level: 'error',
      message: `The address of the ${noun} could not be copied: ${reasonOf(cause)}`,
      item,
      cause,
    }),
  };
}
