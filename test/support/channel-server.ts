import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { type Heard, loopback } from './loopback.js';

/** An event stream that a client has opened, written to by the test. */
export type OpenChannel = {
  readonly heard: Heard;
  /** Bytes as they are. */
  write(text: string): void;
  /** One event, its data as JSON. */
  send(data: unknown): void;
  end(): void;
};

/** A server of event streams under any path. It counts the open streams and their maximum. */
export async function channelServer() {
  const channels: OpenChannel[] = [];
  let openCount = 0;
  let mostOpen = 0;
  const { url, heard } = await loopback(one => (response: ServerResponse) => {
    openCount += 1;
    mostOpen = Math.max(mostOpen, openCount);
    void one.closed.then(() => {
      openCount -= 1;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const write = (text: string) => void response.write(text);
    channels.push({
      heard: one,
      write,
      send: data => write(`data: ${JSON.stringify(data)}\n\n`),
      end: () => void response.end(),
    });
  });
  return {
    url,
    heard,
    get mostOpen() {
      return mostOpen;
    },
    /** Waits for the nth connection. */
    async channel(nth: number): Promise<OpenChannel> {
      await expect.poll(() => channels.length, { interval: 2 }).toBeGreaterThan(nth);
      const [channel] = channels.slice(nth);
      return channel ?? expect.unreachable();
    },
  };
}
