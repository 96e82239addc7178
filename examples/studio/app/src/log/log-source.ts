import type { ClientEmitted } from 'generation-lifecycle';
import type { FileKind } from 'generation-lifecycle/adapters';
import type { StudioClients } from '../clients/studio-clients.js';
import type { StudioItem } from '../gallery/gallery-item.js';

/** Something that a client has told this tab. */
export type LogLine = {
  readonly nth: number;
  /** ms since the epoch */
  readonly at: number;
  readonly kind: FileKind;
  readonly emitted: ClientEmitted<StudioItem>;
};

/** A store of lines, newest first. */
export type LogSource = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getLines: () => readonly LogLine[];
  readonly clear: () => void;
};

const maxLines = 200;

/** Listens from now on, so that the log has what happened before it was opened. */
export function createLogSource({ image, video }: Pick<StudioClients, 'image' | 'video'>): LogSource {
  const listeners = new Set<() => void>();
  let lines: readonly LogLine[] = [];
  let nth = 0;
  const set = (next: readonly LogLine[]) => {
    lines = next.slice(0, maxLines);
    for (const listener of listeners) listener();
  };
  for (const { kind, client } of [image, video]) {
    client.on('*', emitted => {
      nth += 1;
      const line: LogLine = { nth, at: Date.now(), kind, emitted };
      const [last, ...others] = lines;
      // A job that goes on tells so many times.
      const isMore =
        last?.emitted.type === 'generation.progressed' &&
        emitted.type === 'generation.progressed' &&
        last.emitted.id === emitted.id;
      set(isMore ? [line, ...others] : [line, ...lines]);
    });
  }
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getLines: () => lines,
    clear: () => set([]),
  };
}
