import type { MediaUrls } from './media.urls.js';

/** What a route writes piece by piece: the response of a server, or what stands for one inside a page. */
export type Outgoing = {
  writeHead(status: number, headers: Record<string, string>): unknown;
  flushHeaders(): void;
  /** `sent` is called when this piece has left. */
  write(text: string, sent?: () => void): unknown;
  end(): unknown;
  readonly writableEnded: boolean;
};

/** The context of every route, wherever the backend runs. */
export type RouteEnv = {
  readonly Variables: {
    /** The request, as its host records it. A submit gets its file once that exists. */
    readonly record: { fileId?: string | undefined };
    /** The URLs of files, as the page that has sent the request reaches them. */
    readonly urls: MediaUrls;
    readonly outgoing: Outgoing;
    /** Aborted when the connection has closed or the response is complete. */
    readonly signal: AbortSignal;
    /** Breaks the connection. */
    readonly breakConnection: () => void;
  };
};
