import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FailureCode, GenerationPolicy, GenerationStatus } from 'generation-lifecycle';
import type { Faults } from '../../examples/studio/server/index.js';

/** A request of the three that the library makes. */
export type ExchangeKind = 'submit' | 'read' | 'events';

/** What the peer knows of one request. Times are ms since the epoch. */
export type ExchangeRecord = {
  readonly kind: ExchangeKind;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly startedAt: number;
  /** Of the response, once it has begun. */
  status?: number | undefined;
  closedAt?: number | undefined;
  closedBy?: 'client' | 'peer' | undefined;
};

/** A response of the backend, while it streams. */
type BackendResponse = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: AsyncIterable<Buffer>;
};

/** One request, and the bytes that the peer responds with. */
export type Exchange = {
  readonly kind: ExchangeKind;
  /** Counts the requests of this kind for this job, from 0. */
  readonly index: number;
  readonly request: IncomingMessage;
  /** Since the submit of its job was answered; 0 for the submit. */
  readonly sinceSubmitMs: number;
  /** Since the first request of this kind for this job. */
  readonly sinceFirstMs: number;
  readonly record: ExchangeRecord;
  readonly socket: Socket;
  /** Aborted when the connection has closed. */
  readonly signal: AbortSignal;
  /** Forwards the request to the backend. */
  forward(): Promise<BackendResponse>;
  /** Writes raw bytes; resolves when the operating system has taken them. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Closes the connection. */
  end(): void;
  /** Closes the connection with a TCP reset. */
  reset(): void;
  /** Resolves after this time, or when the connection has closed. */
  sleep(ms: number): Promise<void>;
};

/** One way to respond to a request. */
export type Responder = (exchange: Exchange) => Promise<void>;

/** How to respond to this request; `undefined` forwards it to the backend. */
export type ChooseResponder = (exchange: Exchange) => Responder | undefined;

/** What the peer does with the requests of one job. */
export type Plan = {
  readonly submit?: ChooseResponder | undefined;
  readonly read?: ChooseResponder | undefined;
  readonly events?: ChooseResponder | undefined;
  /** What happens to each connection that is accepted after the response to the submit. Connections count from 0. */
  readonly connection?: ((index: number) => 'hang' | 'reset' | undefined) | undefined;
  /** For this long after the response to the submit the port is closed, and open connections are reset. */
  readonly downMs?: number | undefined;
};

/** An event of the page, this long after GENERATE. */
export type TabEvent = { readonly afterMs: number; readonly event: 'asleep' | 'woke' | 'offline' | 'online' };

/** What `headers()` returns: no token, an expired one that is renewed after the first 401, or one that stays expired. */
type TokenMode = 'none' | 'renewed' | 'stale';

/** What a runtime has to run. It may be another process, so this is JSON. */
export type RunOptions = {
  readonly baseUrl: string;
  readonly name: string;
  /** What differs from the scaled policy. A schedule cannot be sent to a page. */
  readonly policy: Partial<GenerationPolicy>;
  readonly faults: Faults;
  readonly tab: readonly TabEvent[];
  readonly generations: number;
  /** In pixels. */
  readonly resolution: { readonly width: number; readonly height: number };
  readonly token: TokenMode;
};

/** An outcome that the machine emitted. */
export type Outcome = {
  readonly id: string;
  readonly type: 'completed' | 'failed' | 'cancelled';
  readonly code?: FailureCode | undefined;
  /** Of the results. */
  readonly urls?: readonly string[] | undefined;
  readonly resumable?: boolean | undefined;
  readonly charged?: string | undefined;
};

/** What a user sees of all generations of a row. */
export type ClientObservations = {
  readonly outcomes: readonly Outcome[];
  /** Each status once, in order of appearance. */
  readonly statuses: readonly GenerationStatus[];
  readonly messages: readonly string[];
  /** At the end, one for each generation. */
  readonly finalStatuses: readonly GenerationStatus[];
  readonly hasProgressFallen: boolean;
  /** When the last outcome was emitted, in ms since the epoch. */
  readonly endedAt: number;
  readonly seconds: number;
  /** How often `headers()` was called. */
  readonly headersCalls: number;
  /** The most bytes of one stream that the library had read when it read again; `undefined` if it read no stream. */
  readonly mostBytesBeforeRead: number | undefined;
  /** The worst delay of a timer, in the runtime or at the peer. */
  readonly latenessMs: number;
};

/** What is known of a row after its run. */
export type Observations = ClientObservations & {
  readonly requests: readonly ExchangeRecord[];
  readonly openAfter: number;
};

/** One row of the fault table. Times are scaled: see `scale.mjs`. */
export type FaultRow = {
  /** The fault, in words; unique. */
  readonly name: string;
  /** Of the reference backend, for this job. */
  readonly faults?: Faults | undefined;
  /** What the peer does. */
  readonly plan?: Plan | undefined;
  readonly policy?: Partial<GenerationPolicy> | undefined;
  readonly tab?: readonly TabEvent[] | undefined;
  readonly generations?: number | undefined;
  /** @defaultValue 'none' */
  readonly token?: TokenMode | undefined;
  readonly outcome: 'completed' | FailureCode;
  /** The most requests the row allows: submits, reads and stream requests together. */
  readonly requests: number;
  /** Statuses that must appear on the way. */
  readonly shows?: readonly GenerationStatus[] | undefined;
  /** A further check: returns the problem, if there is one. */
  readonly problem?: ((observed: Observations) => string | undefined | false) | undefined;
};

/** Where rows run. */
export type Runtime = {
  readonly where: 'Node' | 'Chromium' | 'Firefox' | 'WebKit';
  /** Resolves a while after the last outcome, so that a second one would be noticed. */
  follow(options: RunOptions): Promise<ClientObservations>;
  close(): Promise<void>;
};

export type Result = {
  readonly row: FaultRow;
  readonly where: Runtime['where'];
  readonly observed?: Observations | undefined;
  readonly problems: readonly string[];
  /** Counted from 1. A failed run on a slow machine is repeated alone. */
  readonly attempt: number;
};

/** One row of the table "through the server half". Times are scaled. */
export type HalfRow = {
  /** The fault, in words; unique among those of the same place. */
  readonly name: string;
  readonly between: 'page and half' | 'half and vendor';
  readonly plan: Plan;
  readonly policy?: Partial<GenerationPolicy> | undefined;
  /** The outcomes that are right. */
  readonly ends: readonly ('completed' | FailureCode)[];
  /** The vendor has a job whose answer was lost. Some adapters find it, and it is completed. @defaultValue false */
  readonly isAnswerLost?: boolean | undefined;
  /** How many jobs the vendor accepts. @defaultValue 1 */
  readonly paid?: 0 | 1 | undefined;
  /** `read`: jobs that are read. `held`: jobs that are their streams. @defaultValue both */
  readonly of?: 'read' | 'held' | undefined;
  /** What else is right for a job whose stream is the answer to its submit: the vendor may not have got it. @defaultValue nothing */
  readonly ofSubmit?: Pick<HalfRow, 'ends' | 'paid' | 'policy'> | undefined;
};

/** What is known of a row and a vendor after the run. */
export type HalfObservations = {
  readonly outcomes: readonly {
    readonly end: string;
    readonly charged?: string | undefined;
    readonly message?: string | undefined;
  }[];
  readonly hasProgressFallen: boolean;
  /** How many submits the vendor has seen. */
  readonly submits: number;
  /** How many of them it has accepted. */
  readonly paid: number;
  /** How often the page has asked after the outcome. */
  readonly askedAfter: number;
  /** Connections of the page. */
  readonly openAfter: number;
  /** Whether requests to the vendor went over a socket. */
  readonly isWired: boolean;
};

export type HalfResult = {
  readonly row: HalfRow;
  /** The vendor. */
  readonly column: string;
  readonly observed?: HalfObservations | undefined;
  readonly problems: readonly string[];
};
