import type { Outgoing } from '../server/route.env.js';
import type { AnswerPart } from './messages.js';

/** Answers one request of the page on its port. */
export type PortOutgoing = Outgoing & {
  /** Sends an answer, piece by piece as it comes. */
  respond(response: Response): Promise<void>;
  /** Breaks the connection: what was sent before arrives, and nothing after that. */
  breakOff(): void;
};

/** @param over called when the answer is complete or broken off */
export function createPortOutgoing(port: MessagePort, over: () => void): PortOutgoing {
  const encoder = new TextEncoder();
  let head: AnswerPart = { kind: 'head', status: 200, headers: [] };
  let isHeadSent = false;
  let isOver = false;
  const post = (part: AnswerPart) => {
    if (!isOver) port.postMessage(part);
  };
  const flushHeaders = () => {
    if (!isHeadSent) post(head);
    isHeadSent = true;
  };
  const finish = (part: AnswerPart) => {
    if (isOver) return;
    post(part);
    isOver = true;
    over();
  };
  const breakOff = () => finish({ kind: 'broken' });
  const end = () => {
    flushHeaders();
    finish({ kind: 'end' });
  };

  return {
    get writableEnded() {
      return isOver;
    },
    writeHead(status, headers) {
      head = { kind: 'head', status, headers: Object.entries(headers) };
    },
    flushHeaders,
    write(text, sent) {
      flushHeaders();
      post({ kind: 'chunk', bytes: encoder.encode(text) });
      sent?.();
    },
    end,
    async respond(response) {
      head = { kind: 'head', status: response.status, headers: [...response.headers] };
      flushHeaders();
      const reader = response.body?.getReader();
      try {
        for (let read = await reader?.read(); read && !read.done && !isOver; read = await reader?.read())
          post({ kind: 'chunk', bytes: new Uint8Array(read.value) });
        // The page may have left before the end.
        if (isOver) await reader?.cancel();
        end();
      } catch {
        breakOff();
      }
    },
    breakOff,
  };
}
