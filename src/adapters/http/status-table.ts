import { getOwn } from '../../machines/json.js';

/**
 * Translates a backend's statuses into yours. An unknown status is `'pending'`, so that a status of a later backend
 * version never ends a paid job. Case, spaces, `-` and `_` do not matter.
 *
 * @example
 * const toState = statusTable({ IN_QUEUE: 'queued', IN_PROGRESS: 'running', COMPLETED: 'done', FAILED: 'failed' });
 * toState('in-queue'); // 'queued'
 * toState('UPSCALING'); // 'pending'
 */
export function statusTable<const TState extends string>(
  table: Readonly<Record<string, TState>>,
): (status: unknown) => TState | 'pending' {
  const states = Object.fromEntries(Object.entries(table).map(([status, state]) => [toName(status), state]));
  return status => (typeof status === 'string' ? getOwn(states, toName(status)) : undefined) ?? 'pending';
}

const toName = (status: string) => status.replace(/[\s_-]+/g, '').toLowerCase();
