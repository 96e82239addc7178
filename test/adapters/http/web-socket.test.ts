import { once } from 'node:events';
import { readWebSocket, type WebSocketOptions } from 'generation-lifecycle/adapters/http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocket, WebSocketServer } from 'ws';
import { collect, rejection } from '../../support/loopback.js';

const open: WebSocketOptions['open'] = (url, protocols) => new WebSocket(url, protocols);

/** A server on a free port that does this with each socket. */
async function serve(behave: (socket: ServerSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const closed = vi.fn();
  server.on('connection', socket => {
    socket.on('close', closed);
    behave(socket);
  });
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return { url: `ws://127.0.0.1:${address.port}/ws`, closed };
}

const { signal } = new AbortController();

describe('readWebSocket', () => {
  it('yields texts and bytes in their order, and ends when the socket is closed', async () => {
    const { url } = await serve(socket => {
      socket.send('{"type":"status"}');
      socket.send(Uint8Array.of(0, 0, 0, 1, 255));
      socket.send('last');
      socket.close();
    });
    const seen = { onOpen: vi.fn(), onAlive: vi.fn() };
    const messages = await collect(readWebSocket(url, { signal, open, ...seen }));
    expect(messages).toEqual(['{"type":"status"}', Uint8Array.of(0, 0, 0, 1, 255), 'last']);
    expect([seen.onOpen.mock.calls.length, seen.onAlive.mock.calls.length]).toEqual([1, 3]);
  });

  it('sends its messages once it is open', async () => {
    const { url } = await serve(socket => {
      socket.on('message', data => {
        socket.send(`echo ${data}`);
        socket.close();
      });
    });
    expect(await collect(readWebSocket(url, { signal, open, messages: ['subscribe'] }))).toEqual(['echo subscribe']);
  });

  it('ends also if the connection breaks', async () => {
    const { url } = await serve(socket => {
      socket.send('first', () => socket.terminate());
    });
    expect(await collect(readWebSocket(url, { signal, open }))).toEqual(['first']);
  });

  it('closes the socket when it is aborted while it waits, and when its consumer leaves', async () => {
    const { url } = await serve(socket => socket.send('first'));
    const closings: { readonly mock: { readonly calls: readonly unknown[] } }[] = [];
    const openSpied: typeof open = address => {
      const socket = new WebSocket(address);
      closings.push(vi.spyOn(socket, 'close'));
      return socket;
    };
    const controller = new AbortController();
    const options = { signal: controller.signal, open: openSpied, onAlive: () => controller.abort() };
    await rejection(collect(readWebSocket(url, options)));
    for await (const _ of readWebSocket(url, { signal, open: openSpied })) break;
    expect(closings.map(({ mock }) => mock.calls.length > 0)).toEqual([true, true]);
  });

  it('closes the socket when it is aborted, and yields nothing more', async () => {
    const { url, closed } = await serve(socket => socket.send('first'));
    const controller = new AbortController();
    const messages: unknown[] = [];
    const read = async () => {
      for await (const message of readWebSocket(url, { signal: controller.signal, open })) {
        messages.push(message);
        controller.abort(new Error('enough'));
      }
    };
    expect(await rejection(read())).toMatchObject({ message: 'enough' });
    expect(messages).toEqual(['first']);
    await expect.poll(() => closed.mock.calls.length).toBe(1);
  });

  it('opens nothing if it is aborted before', async () => {
    const opened = vi.fn();
    const controller = new AbortController();
    controller.abort();
    await rejection(collect(readWebSocket('ws://127.0.0.1:9', { signal: controller.signal, open: opened })));
    expect(opened).not.toHaveBeenCalled();
  });

  it('says network for a socket that cannot be opened, without its URL, which may hold a token', async () => {
    for (const url of ['ws://127.0.0.1:9/ws?token=a-secret', 'no url?token=a-secret']) {
      const error = await rejection(collect(readWebSocket(url, { signal, open, job: { id: 'j1' } })));
      expect(error).toMatchObject({ failure: { code: 'network', resumable: true, job: { id: 'j1' } } });
      expect(JSON.stringify([String(error), error])).not.toContain('a-secret');
    }
  });

  it('ends with an error if more arrives than is read', async () => {
    const { url } = await serve(socket => {
      for (let at = 0; at < 20; at += 1) socket.send('x'.repeat(1_000));
    });
    const onAlive = vi.fn();
    const read = async () => {
      for await (const _ of readWebSocket(url, { signal, open, onAlive, maxBufferedBytes: 5_000 }))
        await expect.poll(() => onAlive.mock.calls.length).toBeGreaterThan(6);
    };
    expect(await rejection(read())).toMatchObject({ code: 'event-too-large' });
  });

  it('says that there is no stream on a platform without WebSockets', async () => {
    vi.stubGlobal('WebSocket', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const error = await rejection(collect(readWebSocket('ws://127.0.0.1:9', { signal })));
    expect(error).toMatchObject({ code: 'not-found' });
  });
});
