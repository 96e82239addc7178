import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { listening } from './listening.js';

/** The text of each whole frame of a client, and what is left (RFC 6455, section 5.2). Clients mask what they send. */
function toTexts(bytes: Buffer): { readonly texts: readonly string[]; readonly rest: Buffer } {
  const texts: string[] = [];
  let rest = bytes;
  for (;;) {
    const [first = 0, second = 0] = rest;
    const short = second & 0x7f;
    const wide = short === 127 ? 8 : short === 126 ? 2 : 0;
    if (rest.length < 6 + wide) return { texts, rest };
    const length = wide === 8 ? Number(rest.readBigUInt64BE(2)) : wide === 2 ? rest.readUInt16BE(2) : short;
    const start = 6 + wide;
    if (rest.length < start + length) return { texts, rest };
    const mask = rest.subarray(2 + wide, start);
    const payload = rest.subarray(start, start + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    if ((first & 0x0f) === 1) texts.push(Buffer.from(payload).toString('utf8'));
    rest = rest.subarray(start + length);
  }
}

/** A WebSocket that writes down every message as it came, on a free loopback port. */
export async function inspectorReceiver() {
  const messages: string[] = [];
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    let bytes = Buffer.alloc(0);
    socket.on('data', chunk => {
      const { texts, rest } = toTexts(Buffer.concat([bytes, chunk]));
      messages.push(...texts);
      bytes = Buffer.from(rest);
    });
    onTestFinished(() => void socket.destroy());
  });
  const { port } = await listening(server);
  return { url: `ws://127.0.0.1:${port}`, messages };
}
