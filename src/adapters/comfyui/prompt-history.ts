import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import type { Exchange } from '../http/json-exchange.js';
import type { ComfyUiFile, ComfyUiOutput } from './comfyui-server.types.js';
import { listIn, type Members, membersIn } from './prompts.js';
import { toNodeWords } from './workflow.js';

/** What an entry of the history is read with. */
export type HistoryReading = Pick<Exchange, 'jobFailed'> & {
  /** Absolute. */
  readonly base: string;
};

/** How a job ended, by its entry in the history. A status that nobody knows is no end. */
export function toOutcome(job: JobRef, entry: Members, reading: HistoryReading): JobUpdate<ComfyUiOutput> {
  const { status, outputs } = entry;
  // The oldest servers have no status, and list only what has succeeded.
  const { status_str: name, completed = !status && outputs, messages } = membersIn(status);
  /** `[['execution_start', { … }], …]` */
  const said = new Map(listIn(messages).map(message => [listIn(message)[0], membersIn(listIn(message)[1])]));
  const timeOf = (type: string) => Number(said.get(type)?.['timestamp']);
  if (said.has('execution_interrupted')) return { kind: 'cancelled' };
  if (name === 'error') return toFailed(job, membersIn(said.get('execution_error')), reading);
  if (name !== 'success' && !completed) return { kind: 'pending' };
  const ranMs = timeOf('execution_success') - timeOf('execution_start');
  return {
    kind: 'succeeded',
    output: { outputs: toFiles(outputs, reading.base) },
    ...(ranMs >= 0 && { durationMs: ranMs }),
  };
}

/** A job that a node has failed: in the history, and as an event. The traceback shows paths of the server, and stays there. */
export function toFailed(job: JobRef, event: Members, { jobFailed }: Pick<HistoryReading, 'jobFailed'>) {
  const { node_id: id, node_type: type, exception_message: words, exception_type: exception } = event;
  const said = String(words || exception || 'ComfyUI gave no reason').trim();
  return jobFailed(job, { message: toNodeWords(id, type, said), exception_type: exception });
}

/** What the nodes have made, by their ids: `{ '9': { images: [{ filename, subfolder, type }] } }`. What is kept comes first. */
export function toFiles(outputs: unknown, base: string): readonly ComfyUiFile[] {
  const files = Object.entries(membersIn(outputs)).flatMap(([node_id, made]) =>
    Object.entries(membersIn(made)).flatMap(([kind, list]) =>
      listIn(list).flatMap(file => {
        const { filename, subfolder = '', type = 'output' } = membersIn(file);
        if (typeof filename !== 'string' || !filename) return [];
        const place = { filename, subfolder: String(subfolder), type: String(type) };
        return [{ node_id, kind, ...place, url: `${base}/view?${new URLSearchParams(place)}` }];
      }),
    ),
  );
  return files.sort((one, other) => Number(one.type === 'temp') - Number(other.type === 'temp'));
}
