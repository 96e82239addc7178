import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FailureCode, GenerationPolicy, GenerationStatus } from 'generation-lifecycle';
import type { Faults } from '../../examples/studio/server/index.js';

/** A request of the three that the library makes. */
export type ExchangeKind = 'submit' | 'read' | 'events';

/** What the peer has seen of one request. Times are ms since the epoch. */
export type ExchangeRecord = {
  readonly kind: ExchangeKind;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly startedAt: number;
  /** Of the answer, once it has begun. */
  status?: number | undefined;
  closedAt?: number | undefined;
  closedBy?: 'client' | 'peer' | undefined;
};

/** An answer of the backend, as it comes. */
export type Answer = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: AsyncIterable<Buffer>;
};

/** One request in the hands of the peer, which answers it by writing bytes. */
export type Exchange = {
  readonly kind: ExchangeKind;
  /** So many of its kind were before it, for this job. */
  readonly index: number;
  readonly request: IncomingMessage;
  /** Since the submit of its job was answered; 0 for the submit. */
  readonly sinceSubmitMs: number;
  readonly record: ExchangeRecord;
  readonly socket: Socket;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
  /** Asks the backend, and gives its answer as it comes. */
  forward(): Promise<Answer>;
  /** Writes bytes as they are; resolves when the system has taken them. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Ends the connection properly. */
  end(): void;
  /** Ends it with a TCP reset. */
  reset(): void;
  /** Waits, or until the client is gone. */
  sleep(ms: number): Promise<void>;
};

/** One way to answer. */
export type Act = (exchange: Exchange) => Promise<void>;

/** Which way to answer this request; `undefined` passes it on to the backend and its answer back. */
export type Choice = (exchange: Exchange) => Act | undefined;

/** What the peer does with the requests of one job. */
export type Plan = {
  readonly submit?: Choice | undefined;
  readonly read?: Choice | undefined;
  readonly events?: Choice | undefined;
  /** What happens to the connections accepted after the submit was answered, counted from 0. */
  readonly connection?: ((index: number) => 'hang' | 'reset' | undefined) | undefined;
  /** So long after the submit's answer nobody listens on the port, and what is open is reset. */
  readonly downMs?: number | undefined;
};

/** What happens to the page, so long after GENERATE. */
export type TabFact = { readonly afterMs: number; readonly fact: 'asleep' | 'woke' | 'offline' | 'online' };

/** Whether `headers()` gives a token: a stale one that is good after the first 401, or one that stays stale. */
export type TokenOrder = 'none' | 'renewed' | 'stale';

/** What a client is told to do: it may be in another process, so it is JSON. */
export type Order = {
  readonly baseUrl: string;
  readonly name: string;
  readonly policy: GenerationPolicy;
  readonly faults: Faults;
  readonly tab: readonly TabFact[];
  readonly generations: number;
  /** In pixels. */
  readonly resolution: { readonly width: number; readonly height: number };
  readonly token: TokenOrder;
};

/** An outcome as it was emitted. */
export type End = {
  readonly id: string;
  readonly type: 'completed' | 'failed' | 'cancelled';
  readonly code?: FailureCode | undefined;
  /** Of the results. */
  readonly urls?: readonly string[] | undefined;
  readonly resumable?: boolean | undefined;
  readonly charged?: string | undefined;
};

/** What a client has seen, of all its generations together. */
export type Told = {
  readonly ends: readonly End[];
  /** What was shown, each once, in order. */
  readonly statuses: readonly GenerationStatus[];
  readonly messages: readonly string[];
  /** What is shown at the end. */
  readonly finalStatuses: readonly GenerationStatus[];
  readonly hasProgressFallen: boolean;
  /** When the last outcome was emitted, in ms since the epoch. */
  readonly endedAt: number;
  readonly seconds: number;
  /** How often `headers()` was asked. */
  readonly asked: number;
  /** The most bytes of one stream that the library had when it asked that stream for more; `undefined` if it read none. */
  readonly mostBytesBeforeRead: number | undefined;
  /** How late timers were at worst, here or at the peer. */
  readonly latenessMs: number;
};

/** What is known of a row once it has run. */
export type Seen = Told & { readonly requests: readonly ExchangeRecord[]; readonly openAfter: number };

/** One row of the fault table. Times are scaled: see `scale.mjs`. */
export type FaultRow = {
  /** What goes wrong, in words; unique. */
  readonly name: string;
  /** Of the reference backend, for this job. */
  readonly faults?: Faults | undefined;
  /** Of the connection. */
  readonly plan?: Plan | undefined;
  readonly policy?: Partial<GenerationPolicy> | undefined;
  readonly tab?: readonly TabFact[] | undefined;
  readonly generations?: number | undefined;
  /** @defaultValue 'none' */
  readonly token?: TokenOrder | undefined;
  readonly outcome: 'completed' | FailureCode;
  /** So many submits, reads and openings of streams together at most. */
  readonly requests: number;
  /** What must have been shown on the way. */
  readonly shows?: readonly GenerationStatus[] | undefined;
  /** What else must be true: the complaint, if it is not. */
  readonly complaint?: ((seen: Seen) => string | undefined | false) | undefined;
};

/** Where rows run. */
export type Client = {
  readonly where: 'Node' | 'Chromium';
  /** Resolves a while after the last outcome, so that a second one would be seen. */
  follow(order: Order): Promise<Told>;
  close(): Promise<void>;
};

export type Result = {
  readonly row: FaultRow;
  readonly where: Client['where'];
  readonly seen?: Seen | undefined;
  readonly complaints: readonly string[];
  /** Counted from 1. A wrong run on a machine that was late is repeated alone. */
  readonly attempt: number;
};
