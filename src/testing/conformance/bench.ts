import { type FailedCall, toFailedCall } from '../../machines/generation/generation.answers.js';
import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type {
  AdapterCall,
  EventsCall,
  GenerationAdapter,
  JobRef,
  JobUpdate,
  Submission,
} from '../../machines/generation/generation.port.js';
import { valuesOf } from '../../machines/values-of.js';
import type { AdapterFactory, AdapterRequirementsOptions } from './conformance.types.js';
import {
  type Delivery,
  type LoopbackServer,
  openLoopbackServer,
  type Reply,
  type SeenRequest,
} from './loopback-server.js';

/** Throws the sentence unless the condition holds. Test runners know an error of this name. */
export function assertPort(isMet: unknown, message: string): asserts isMet {
  if (!isMet) throw Object.assign(new Error(message), { name: 'AssertionError' });
}

/** How a call of the adapter ended, as the chart sees it. */
export type Attempt<TAnswer> = {
  readonly answer: TAnswer | undefined;
  readonly isRejected: boolean;
  readonly error: unknown;
  /** What the chart makes of the error; of an answer, there is none. */
  readonly failed: FailedCall | undefined;
  readonly requests: readonly SeenRequest[];
};

/** What a stream did until it ended, or until the bench had enough of it. */
export type StreamAttempt = Attempt<readonly JobUpdate<unknown>[]> & {
  readonly updates: readonly JobUpdate<unknown>[];
  readonly openCount: number;
  readonly aliveCount: number;
  readonly ids: readonly string[];
  readonly retryMs: readonly number[];
};

export type StreamOptions = {
  /** @defaultValue one that is submitted for it */
  readonly job?: JobRef;
  readonly lastEventId?: string;
  /** The second half of the body is sent once the first one has arrived. */
  readonly isInParts?: boolean;
  /** The stream stays open after its body, and is aborted once this is so. @defaultValue it ends */
  readonly until?: (stream: Pick<StreamAttempt, 'updates' | 'openCount' | 'aliveCount' | 'ids'>) => boolean;
};

export const idempotencyKey = 'conformance-key-1';

/** An adapter with a server of its own, for the test of one requirement. */
export class Bench {
  readonly create: AdapterFactory<unknown, unknown>;
  readonly options: AdapterRequirementsOptions<unknown>;
  readonly server: LoopbackServer;
  readonly adapter: GenerationAdapter<unknown, unknown>;
  readonly #servers: LoopbackServer[];
  /** The requests by which the last accepted submit was sent. */
  #submitPaths: readonly string[] = [];

  private constructor(
    create: AdapterFactory<unknown, unknown>,
    options: AdapterRequirementsOptions<unknown>,
    server: LoopbackServer,
  ) {
    this.create = create;
    this.options = options;
    this.server = server;
    this.#servers = [server];
    this.adapter = create({ url: server.url });
  }

  static async open(
    create: AdapterFactory<unknown, unknown>,
    options: AdapterRequirementsOptions<unknown>,
  ): Promise<Bench> {
    return new Bench(create, options, await openLoopbackServer());
  }

  async openAnotherServer(): Promise<LoopbackServer> {
    const server = await openLoopbackServer();
    this.#servers.push(server);
    return server;
  }

  close(): void {
    for (const server of this.#servers) server.close();
  }

  get patienceMs(): number {
    return this.options.patienceMs ?? 4_000;
  }

  /** @throws Error with the sentence if it does not happen in time */
  async within<TValue>(promise: Promise<TValue>, late: string): Promise<TValue> {
    const { patienceMs } = this;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${late} The kit waited ${patienceMs} ms.`)), patienceMs);
    });
    try {
      return await Promise.race([promise, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs one call to its end, with this reply to all its requests. */
  async attempt<TAnswer>(
    name: string,
    reply: Reply,
    call: (call: AdapterCall) => Promise<TAnswer> | undefined,
    delivery: Delivery = {},
  ): Promise<Attempt<TAnswer>> {
    const { server } = this;
    server.setReply(reply, delivery);
    const controller = new AbortController();
    const ended = toAttempt(name, async () => call({ signal: controller.signal }));
    try {
      const attempt = await this.within(ended, `${name}() neither answered nor threw.`);
      if (server.fault) throw server.fault.error;
      return { ...attempt, requests: [...server.requests] };
    } finally {
      controller.abort();
    }
  }

  submit(reply: Reply, key = idempotencyKey): Promise<Attempt<Submission<unknown>>> {
    const { input } = this.options;
    return this.attempt('submit', reply, call => this.adapter.submit(input, { ...call, idempotencyKey: key }));
  }

  /** The job of a submit that was accepted. */
  async submitted(): Promise<JobRef> {
    const { answer, error, requests } = await this.submit(this.options.server.submit.accepted);
    assertPort(answer?.job, `submit() did not answer with a job, although the backend accepted it: ${textOf(error)}.`);
    this.#submitPaths = requests.filter(({ method }) => method === 'POST').map(({ path }) => path);
    return answer.job;
  }

  read(job: JobRef, reply: Reply, adapter = this.adapter): Promise<Attempt<JobUpdate<unknown>>> {
    return this.attempt('read', reply, call => adapter.read(job, call));
  }

  /** A job, and one read of it. */
  async readOne(reply: Reply): Promise<Attempt<JobUpdate<unknown>>> {
    return this.read(await this.submitted(), reply);
  }

  async cancelOne(reply: Reply): Promise<Attempt<JobUpdate<unknown> | void>> {
    const job = await this.submitted();
    return this.attempt('cancel', reply, call => this.adapter.cancel?.(job, call));
  }

  async stream(reply: Reply, options: StreamOptions = {}): Promise<StreamAttempt> {
    const { lastEventId, until, isInParts, job = await this.submitted() } = options;
    const updates: JobUpdate<unknown>[] = [];
    const ids: string[] = [];
    const retryMs: number[] = [];
    const seen = { updates, ids, openCount: 0, aliveCount: 0 };
    const controller = new AbortController();
    let setArrived = () => {};
    const halfway = new Promise<void>(resolve => {
      setArrived = resolve;
    });
    // An adapter that reports no bytes gets the rest all the same.
    const late = setTimeout(setArrived, Math.min(this.patienceMs / 4, 1_000));
    const stopIfSeen = () => {
      if (until?.(seen)) controller.abort();
    };
    const call: EventsCall = {
      signal: controller.signal,
      lastEventId,
      onOpen() {
        seen.openCount += 1;
        stopIfSeen();
      },
      onAlive() {
        seen.aliveCount += 1;
        setArrived();
        stopIfSeen();
      },
      onId(id) {
        ids.push(id);
        stopIfSeen();
      },
      onRetry: ms => void retryMs.push(ms),
    };
    const follow = async () => {
      for await (const update of valuesOf(this.adapter.events?.(job, call))) {
        updates.push(update);
        stopIfSeen();
        if (controller.signal.aborted) break;
      }
      return updates;
    };
    // What was not seen by then is told by the requirement.
    const timer = until && setTimeout(() => controller.abort(), this.patienceMs / 2);
    try {
      const attempt = await this.attempt('events', reply, follow, {
        isOpen: until !== undefined,
        ...(isInParts && { halfway }),
      });
      return { ...attempt, ...seen, retryMs };
    } finally {
      clearTimeout(timer);
      clearTimeout(late);
      controller.abort();
    }
  }

  /** Whether one of the requests is a submit, which is charged. */
  isSubmit({ method, path, request }: SeenRequest): boolean {
    const { isSubmit } = this.options.server;
    return isSubmit ? isSubmit(request.clone()) : method === 'POST' && this.#submitPaths.includes(path);
  }

  /** The submits among the requests of a call of `submit`. */
  submitsIn(requests: readonly SeenRequest[]): readonly SeenRequest[] {
    const { isSubmit } = this.options.server;
    return requests.filter(({ method, request }) => (isSubmit ? isSubmit(request.clone()) : method === 'POST'));
  }
}

async function toAttempt<TAnswer>(name: string, call: () => Promise<TAnswer | undefined>) {
  try {
    return { answer: await call(), isRejected: false, error: undefined, failed: undefined };
  } catch (error) {
    return { answer: undefined, isRejected: true, error, failed: toFailedCall(error, name) };
  }
}

/** An error in a few words. */
const textOf = (error: unknown): string =>
  error === undefined
    ? 'nothing was thrown'
    : String(isGenerationError(error) ? error.message : error)
        .slice(0, 300)
        .replace(/\.$/, '');

/** What a call did, for the sentence about what it should have done. */
export function outcomeOf({ isRejected, answer, failed }: Attempt<unknown>): string {
  if (isRejected) return `it threw ${failed?.failure.code} (charged: ${failed?.failure.charged})`;
  try {
    return `it answered ${(JSON.stringify(answer) ?? String(answer)).slice(0, 300)}`;
  } catch {
    return 'it answered with what is no JSON';
  }
}
