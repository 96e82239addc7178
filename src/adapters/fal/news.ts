import type { PendingUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { Exchange } from '../http/json-exchange.js';
import { readLog } from '../http/log-progress.js';
import { statusTable } from '../http/status-table.js';

export const toState = statusTable({ IN_QUEUE: 'queued', IN_PROGRESS: 'running', COMPLETED: 'completed' });

/** What a status says of a job that goes on. Logs are whole in a read, and what is new in a stream. */
export function toPending(
  said: { readonly [name: string]: unknown },
  toShownText: Exchange['toShownText'],
): PendingUpdate {
  const state = toState(said['status']);
  const { queue_position: position, logs } = said;
  const lines = (Array.isArray(logs) ? logs : []).flatMap(log =>
    isObject(log) && typeof log['message'] === 'string' ? log['message'] : [],
  );
  return {
    kind: 'pending',
    ...(state === 'queued' || state === 'running' ? { phase: state } : {}),
    ...(typeof position === 'number' && position >= 0 && state === 'queued' && { backendPosition: position }),
    ...readLog(lines.slice(-50).join('\n'), toShownText),
  };
}
