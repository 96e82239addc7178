import type { PendingUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { progressInLog } from '../http/log-progress.js';
import { toShownText } from '../http/shown-text.js';
import { statusTable } from '../http/status-table.js';

export const toState = statusTable({ IN_QUEUE: 'queued', IN_PROGRESS: 'running', COMPLETED: 'completed' });

const maxMessageBytes = 300;

/** What a status says of a job that goes on. Logs are whole in a read, and what is new in a stream. */
export function toPending(said: { readonly [name: string]: unknown }): PendingUpdate {
  const state = toState(said['status']);
  const { queue_position: position, logs } = said;
  const lines = (Array.isArray(logs) ? logs : []).flatMap(log =>
    isObject(log) && typeof log['message'] === 'string' ? log['message'] : [],
  );
  const progress = progressInLog(lines.slice(-50).join('\n'));
  const words = lines.filter(line => line.trim() && progressInLog(line) === undefined);
  const last = words[words.length - 1];
  return {
    kind: 'pending',
    ...(state === 'queued' || state === 'running' ? { phase: state } : {}),
    ...(typeof position === 'number' && position >= 0 && state === 'queued' && { backendPosition: position }),
    ...(progress !== undefined && { progress }),
    ...(last !== undefined && { message: toShownText(last, [], maxMessageBytes) }),
  };
}
