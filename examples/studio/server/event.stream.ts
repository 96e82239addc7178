import type { ServerResponse } from 'node:http';
import type { Faults } from './faults.js';

/** One open response of type `text/event-stream`. It writes `data:` lines and pings, and nothing else. */
export type EventStream = {
  /** Sends the headers and all that has been written before. */
  open(): void;
  /** Writes one event. Before `open` it waits. */
  write(lines: string): void;
};

type StreamSetting = {
  readonly outgoing: ServerResponse;
  readonly faults: Faults;
  readonly pingMs: number;
  /** Aborted when the response is over. */
  readonly gone: AbortSignal;
  readonly breakOff: () => void;
};

export function createEventStream({ outgoing, faults, pingMs, gone, breakOff }: StreamSetting): EventStream {
  const waiting: string[] = [];
  const timers: NodeJS.Timeout[] = [];
  let written = 0;
  let opened = false;
  let over = false;
  gone.addEventListener('abort', () => {
    for (const timer of timers) clearTimeout(timer);
  });

  const cut = () => {
    if (faults.cutForm !== 'reset') outgoing.end();
    else breakOff();
  };
  const write = (lines: string) => {
    if (over || outgoing.writableEnded || gone.aborted || faults.silentStream) return;
    if (!opened) return void waiting.push(lines);
    written++;
    over = written === faults.cutStreamAfterEvents;
    // A broken connection would take the last event with it, were it not out of the house first.
    if (over) outgoing.write(lines, cut);
    else outgoing.write(lines);
  };

  return {
    open() {
      if (gone.aborted) return;
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
