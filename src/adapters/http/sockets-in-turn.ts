import { missingApis } from '../../machines/platform.js';
import { readWebSocket, type WebSocketLike, type WebSocketOptions } from './web-socket.js';

/**
 * Makes a {@link readWebSocket} that has one socket of a URL at a time: the next one is opened when the last one is closed. For servers that
 * know a client by its URL, and forget it with any of its sockets: a newer one would hear nothing.
 */
export function createSocketsInTurn(): typeof readWebSocket {
  const closings = new Map<string, Promise<void>>();

  return async function* read(url: string, { open, ...options }: WebSocketOptions) {
    const opening = (address: string, protocols: string[]): WebSocketLike => {
      const socket = open ? open(address, protocols) : new WebSocket(address, protocols);
      const closed = new Promise<void>(resolve => {
        socket.addEventListener('close', () => resolve());
        // One that cannot be opened has on some platforms no more than this.
        socket.addEventListener('error', () => resolve());
      }).then(() => {
        if (closings.get(url) === closed) closings.delete(url);
      });
      closings.set(url, closed);
      return socket;
    };
    await closings.get(url);
    const canOpen = open !== undefined || missingApis('WebSocket').length === 0;
    yield* readWebSocket(url, { ...options, open: canOpen ? opening : undefined });
  };
}
