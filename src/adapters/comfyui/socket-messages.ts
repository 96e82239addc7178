import type { JobRef, JobUpdate, PendingUpdate } from '../../machines/generation/generation.port.js';
import { parseJson } from '../http/exchange.js';
import { toPreview } from '../http/preview.js';
import type { ComfyUiOutput } from './comfyui-server.types.js';
import { type HistoryReading, toFailed, toFiles } from './prompt-history.js';
import { type Members, membersIn } from './prompts.js';

/** What a WebSocket says of one job. */
export type SocketMessage = { readonly id: string; readonly type: string; readonly data: Members };

/** After an end, pictures are of another job. */
const isEnd = (type: string, { node }: Members) =>
  /^execution_(?:success|error|interrupted)$/.test(type) || (type === 'executing' && node == null);

/** The messages of a WebSocket that are about a job, and the pictures as messages of the type `preview`. */
export async function* toMessages(frames: AsyncIterable<string | Uint8Array>): AsyncGenerator<SocketMessage> {
  /** Whose message came last: ComfyUI works on one prompt at a time, and most pictures name none. */
  let current: unknown;
  /** Newer servers tell the progress twice: of all nodes, and of the one that runs. */
  let hasStates = false;
  for await (const frame of frames) {
    if (typeof frame !== 'string') {
      const picture = toPicture(frame);
      const id = picture?.id ?? current;
      if (picture && typeof id === 'string')
        yield { id, type: 'preview', data: await toPreview(picture.bytes, picture.type) };
      continue;
    }
    const said = membersIn(parseJson(frame));
    const type = String(said['type']);
    const data = membersIn(said['data']);
    const { prompt_id: id = current } = data;
    hasStates ||= type === 'progress_state';
    if (typeof id !== 'string' || type === 'status' || (type === 'progress' && hasStates)) continue;
    current = isEnd(type, data) ? undefined : id;
    yield { id, type, data };
  }
}

/** What a message says of its job. */
export function toSocketUpdate(
  { type, data }: SocketMessage,
  job: JobRef,
  reading: HistoryReading,
): JobUpdate<ComfyUiOutput> {
  const { node, nodes, output } = data;
  const running = { kind: 'pending', phase: 'running' } as const;
  switch (type) {
    case 'preview':
      return { ...running, ...data };
    case 'execution_start':
    case 'execution_cached':
      return running;
    case 'execution_error':
      return toFailed(job, data, reading);
    case 'execution_interrupted':
      return { kind: 'cancelled' };
    case 'progress':
      return { ...running, ...toProgress({ [String(node)]: data }, 1) };
    case 'progress_state':
      return { ...running, ...toProgress(membersIn(nodes), Number(job['nodeCount'])) };
    case 'executed': {
      // There before the others are.
      const { images } = membersIn(output);
      const previews = toFiles({ '': { images } }, reading.base).map(({ url }, index) => ({ url, index }));
      return previews.length > 0 ? { ...running, previews } : running;
    }
    case 'executing':
    case 'execution_success':
      // Read: the history has the result. It is there when no node runs any more.
      return isEnd(type, data) ? { kind: 'changed' } : { ...running, message: `Node ${node}` };
  }
  return { kind: 'ignored' };
}

/** Over all nodes: those that are done, and the share of those that run. Nodes that wait are not told, so they are counted by the job. */
function toProgress(nodes: Members, nodeCount: number): Pick<PendingUpdate, 'progress' | 'message'> {
  let done = 0;
  let message: string | undefined;
  for (const [id, node] of Object.entries(nodes)) {
    const { value, max, state } = membersIn(node);
    const share = state === 'finished' ? 1 : Number(value) / Number(max);
    if (share >= 0 && share <= 1) done += share;
    if (share < 1) message = `Node ${id}${Number(max) > 1 ? `: ${value}/${max}` : ''}`;
  }
  const progress = done / Math.max(nodeCount || 0, Object.keys(nodes).length);
  return { ...(progress >= 0 && { progress }), ...(message && { message }) };
}

/**
 * A binary frame, big-endian: 1, the format, and a picture; or 4, a length, JSON of this length that names the prompt, and a picture. The
 * others are texts.
 */
function toPicture(frame: Uint8Array) {
  if (frame.length <= 8) return undefined;
  const numbers = new DataView(frame.buffer, frame.byteOffset);
  const kind = numbers.getUint32(0);
  const second = numbers.getUint32(4);
  const rest = frame.subarray(8);
  if (kind === 1) return { bytes: rest, type: second === 2 ? 'image/png' : 'image/jpeg' };
  const bytes = rest.subarray(second);
  if (kind !== 4 || bytes.length === 0) return undefined;
  const { prompt_id: id, image_type: type } = membersIn(parseJson(new TextDecoder().decode(rest.subarray(0, second))));
  return { bytes, type, id };
}
