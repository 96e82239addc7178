import type { Faults } from './faults.js';
import type { Outgoing } from './route.env.js';

/** An open response of type `text/event-stream`. It writes `data:` lines and pings. */
export type EventStream = {
  /** Sends the headers and everything written before. */
  open(): void;
  /** Writes one event. Before `open` it waits. */
  write(lines: string): void;
};

type StreamOptions = {
  readonly outgoing: Outgoing;
  readonly faults: Faults;
  readonly pingMs: number;
  /** Aborted when the response is over. */
  readonly signal: AbortSignal;
  readonly breakConnection: () => void;
};

export function createEventStream({ outgoing, faults, pingMs, signal, breakConnection }: StreamOptions): EventStream {
  const waiting: string[] = [];
  const timers: ReturnType<typeof setTimeout>[] = [];
  let written = 0;
  let opened = false;
  let over = false;
  signal.addEventListener('abort', () => {
    for (const timer of timers) clearTimeout(timer);
  });

  const cut = () => {
    if (faults.cutForm !== 'reset') outgoing.end();
    else breakConnection();
  };
  const write = (lines: string) => {
    if (over || outgoing.writableEnded || signal.aborted || faults.silentStream) return;
    if (!opened) return void waiting.push(lines);
    written++;
    over = written === faults.cutStreamAfterEvents;
    // The last event has to be flushed before the connection breaks.
    if (over) outgoing.write(lines, cut);
    else outgoing.write(lines);
  };

  return {
    open() {
      if (signal.aborted) return;
      outgoing.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
      if (!faults.openWithFirstByte) outgoing.flushHeaders();
      opened = true;
      timers.push(setInterval(() => outgoing.write(': ping\n\n'), faults.pingMs ?? pingMs));
      if (faults.cutStreamAfterMs !== undefined) timers.push(setTimeout(cut, faults.cutStreamAfterMs));
      if (faults.cutStreamAfterEvents === 0) return cut();
      for (const lines of waiting.splice(0)) write(lines);
    },
    write,
  };
}
