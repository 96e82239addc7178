import { platformClock } from '../scripted-call.js';
import { type ComfyUiFrame, clientOf, comfyUiProtocol, jobHeader, picture } from './comfyui-protocol.js';
import { createDouble } from './double.js';
import type { VendorDouble, VendorDoubleOptions, VendorJob } from './double.types.js';
import { isOver, stateAt } from './timeline.js';

/** The part of a `WebSocket` that clients use. */
export type ComfyUiDoubleSocket = {
  binaryType: string;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: object) => void): void;
  send(message: string): void;
  close(): void;
};

/** ComfyUI on your machine, without ComfyUI. */
export type ComfyUiDouble = VendorDouble & {
  /**
   * Opens a WebSocket without a network: pass it to the adapter as `webSocket`, or forward its messages from your
   * server. Messages are strings, and `ArrayBuffer`s for images.
   */
  webSocket(url: string, headers?: Readonly<Record<string, string>>): ComfyUiDoubleSocket;
};

/** A socket of the double. */
type OpenSocket = { readonly follow: () => void };

/**
 * A double of the ComfyUI server. Needs no graphics card and no network. It has the routes that run prompts, and the
 * WebSocket, as in ComfyUI's source: messages go to the newest socket of the client id that submitted, and a client id
 * is forgotten when its socket closes. Without the option `key` it asks for none, like ComfyUI.
 *
 * @throws TypeError for an unknown option
 * @see https://docs.comfy.org/development/comfyui-server/comms_messages
 * @example
 * const double = comfyuiDouble({ scenario: vendorScenarios.slowQueue });
 * const comfy = comfyui({ fetch: double.fetch, webSocket: double.webSocket });
 */
export function comfyuiDouble(options: VendorDoubleOptions = {}): ComfyUiDouble {
  const { jobs = new Map<string, VendorJob>(), clock = platformClock } = options;
  const double = createDouble(comfyUiProtocol(jobs, clock), { ...options, jobs });
  const sockets = new Map<string, OpenSocket>();
  const stateOf = (job: VendorJob) => stateAt(job, clock.now());

  function webSocket(url: string, headers: Readonly<Record<string, string>> = {}): ComfyUiDoubleSocket {
    const clientId = new URL(url).searchParams.get('clientId') ?? '';
    const address = url.replace(/^ws/, 'http');
    const listeners: { readonly type: string; readonly listener: (event: object) => void }[] = [];
    const controller = new AbortController();
    const { signal } = controller;
    const followed = new Set<string>();
    let hasMetadata = false;

    const emit = (type: string, event: object = {}) => {
      for (const one of [...listeners]) if (one.type === type) one.listener(event);
    };
    const close = () => {
      if (signal.aborted) return;
      controller.abort();
      // Also if a newer socket has it by now.
      sockets.delete(clientId);
      queueMicrotask(() => emit('close'));
    };
    const fail = () => {
      emit('error');
      close();
    };
    const send = (frame: ComfyUiFrame) => {
      if (signal.aborted || sockets.get(clientId) !== socket) return;
      const data = 'picture' in frame ? toBinary(hasMetadata ? frame.picture : undefined) : JSON.stringify(frame);
      emit('message', { data });
    };

    const ask = async (job?: VendorJob) => {
      if (job) followed.add(job.id);
      const response = await double.fetch(address, {
        headers: { ...headers, ...(job && { [jobHeader]: job.id }) },
        signal,
      });
      if (!response.ok) throw new TypeError(`The double answers ${response.status}.`);
      return response;
    };
    const relay = async (job: VendorJob, response: Response) => {
      let isFirst = true;
      for await (const frames of eventsOf(response)) {
        const { phase } = stateOf(job);
        // Nothing is told of what was before, but the node that runs.
        const missed = isFirst && phase !== 'queued';
        isFirst = false;
        const told = missed ? frames.filter(frame => 'type' in frame && frame.type === 'status') : frames;
        for (const frame of told) send(frame);
        if (missed && phase === 'running') send({ type: 'executing', data: { node: '3' } });
      }
      if (!isOver(stateOf(job))) close();
    };
    const unheard = () =>
      [...jobs.values()].filter(job => clientOf(job) === clientId && !followed.has(job.id) && !isOver(stateOf(job)));
    const follow = async (job: VendorJob) => relay(job, await ask(job));

    const socket: ComfyUiDoubleSocket & OpenSocket = {
      binaryType: 'arraybuffer',
      addEventListener(type, listener) {
        listeners.push({ type, listener });
      },
      send(message) {
        hasMetadata ||= message.includes('supports_preview_metadata');
      },
      close,
      follow: () => {
        for (const job of unheard()) follow(job).catch(fail);
      },
    };
    const open = async () => {
      const waiting = unheard();
      const responses = await Promise.all(waiting.length > 0 ? waiting.map(ask) : [ask()]);
      if (signal.aborted) return;
      sockets.set(clientId, socket);
      emit('open');
      for (const [at, job] of waiting.entries()) {
        const response = responses[at];
        if (response) relay(job, response).catch(close);
      }
      socket.follow();
    };
    open().catch(fail);
    return socket;
  }

  return {
    webSocket,
    requests: double.requests,
    get chargedCount() {
      return double.chargedCount;
    },
    get openCount() {
      return double.openCount;
    },
    async fetch(given, init) {
      try {
        return await double.fetch(given, init);
      } finally {
        for (const socket of sockets.values()) socket.follow();
      }
    },
  };
}

/** The frames of each event of a stream. */
async function* eventsOf({ body }: Response): AsyncGenerator<readonly ComfyUiFrame[]> {
  const reader = body?.getReader();
  for (;;) {
    const read = await reader?.read();
    if (!read?.value) return;
    for (const event of new TextDecoder().decode(read.value).split('\n\n'))
      if (event) yield JSON.parse(event.replace(/^data: /, ''));
  }
}

/** A picture in its binary frame, which names its job if the client can read that. */
function toBinary(jobId: string | undefined): ArrayBuffer {
  const metadata = new TextEncoder().encode(jobId && JSON.stringify({ prompt_id: jobId, image_type: 'image/png' }));
  const frame = new Uint8Array(8 + metadata.length + picture.length);
  const numbers = new DataView(frame.buffer);
  numbers.setUint32(0, jobId === undefined ? 1 : 4);
  numbers.setUint32(4, jobId === undefined ? 2 : metadata.length);
  frame.set(metadata, 8);
  frame.set(picture, 8 + metadata.length);
  return frame.buffer;
}
