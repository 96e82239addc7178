import { abortReasonOf } from '../../machines/abort.js';
import { assertKnownOptions } from '../../machines/options.js';
import { platformClock } from '../scripted-call.js';
import { scheduleDeliveries } from './deliveries.js';
import type {
  VendorAction,
  VendorDouble,
  VendorDoubleOptions,
  VendorFault,
  VendorJob,
  VendorJobState,
  VendorRequest,
} from './double.types.js';
import { createFaults } from './faults.js';
import { pause } from './pause.js';
import { openStateStream, type StreamFault } from './state-stream.js';
import { endOf, isOver, stateAt } from './timeline.js';

/** What is known of a request before its fault. */
type Route = { readonly action: VendorAction; readonly jobId?: string | undefined; readonly path?: string };

/** Where a delivery goes and when, where the vendor says that it is, and whether somebody else makes it. */
type DeliveryPlace = {
  readonly address: string;
  readonly now: number;
  readonly base: string;
  readonly isForged: boolean;
};

/** What is told at a state, as the data of an event; `undefined` for nothing. */
type Teller = (state: VendorJobState) => string | undefined;

/** How a vendor speaks. The rest is the same for all of them. */
export type VendorProtocol = {
  readonly name: string;
  readonly baseUrl: string;
  /** What a request does. One whose body names its job is read for that, from a copy. */
  toRoute(request: Request): Route | undefined | Promise<Route | undefined>;
  /** The id that a submit asks for. @defaultValue a number */
  toId?(body: unknown): string | undefined;
  /** The credentials of a request, if it has some. */
  toKey(request: Request): string | undefined;
  /** The body of a submit. @defaultValue its JSON */
  toBody?(submit: Request): Promise<unknown>;
  /** The input of the model in the body of a submit. @defaultValue the body */
  toInput?(body: unknown): unknown;
  /** How long a submit waits for the end of its job, and after how long the vendor stops the job, in ms. */
  toTimes?(submit: Request): { readonly waitMs?: number | undefined; readonly limitMs?: number | undefined };
  /** How a vendor knows a submit again, and what it answers to a second one. */
  readonly keys?: { readonly of: (submit: Request) => string | null; readonly refuse: () => Response };
  /** It tells waits in the body of a refusal alone. @defaultValue by the header `Retry-After` */
  readonly hasWaitInBody?: boolean;
  /** Finds the job of a request that does not name it in its path. @defaultValue by the id in the path */
  findJob?(request: Request, jobs: Iterable<VendorJob>): Promise<VendorJob | undefined>;
  /** The job is its stream: what whoever opens it a second time gets. A job whose stream is left is stopped. */
  forget?(): Response;
  /** A refusal in the vendor's words. `retryAfter`: in seconds. */
  refuse(status: number | 'moderated', retryAfter?: number): Response;
  accept(job: VendorJob, state: VendorJobState, base: string): Response;
  read(job: VendorJob, state: VendorJobState, base: string): Response;
  result?(job: VendorJob, state: VendorJobState): Response;
  /** The data of the event that tells this state, if there is a stream. `since`: the progress that the stream has told. */
  toEvent?(job: VendorJob, state: VendorJobState, base: string, since: number): string;
  /** The events of one connection, one or several at once, or none at a change that is no news. @defaultValue one by `toEvent` */
  toTeller?(job: VendorJob, request: Request): Teller;
  /** Whether this submit is answered with the events of its job. @defaultValue with `accept` */
  isStreamed?(job: VendorJob): boolean;
  /** The answer to the submit is the only stream of a job: what goes wrong with streams goes wrong with it. @defaultValue false */
  readonly isStreamJob?: boolean;
  /** `state`: before the cancel, and after it. */
  cancel(job: VendorJob, before: VendorJobState, after: VendorJobState, base: string): Response;
  /** Where deliveries about a job go, if its submit has said so. */
  toAddress?(job: VendorJob): string | undefined;
  /** A delivery about the end of a job. */
  toDelivery?(job: VendorJob, state: VendorJobState, at: DeliveryPlace): Promise<Request>;
  /** Answers requests that are about no job, such as one for public keys. */
  other?(request: Request): Promise<Response | undefined>;
};

/** A double of a vendor. */
export function createDouble(protocol: VendorProtocol, options: VendorDoubleOptions): VendorDouble {
  assertKnownOptions(`${protocol.name}Double`, options, ['scenario', 'key', 'clock', 'deliver', 'baseUrl', 'jobs']);
  const { scenario = {}, key, clock = platformClock, baseUrl = protocol.baseUrl } = options;
  const { deliver = (request: Request) => fetch(request), jobs = new Map<string, VendorJob>() } = options;
  const createdAt = clock.now();
  const requests: (VendorRequest & { status: number })[] = [];
  const toFault = createFaults(clock);
  /** Requests and streams. A request that nobody holds takes its abort with it when memory is collected: see undici#1926. */
  const open = new Set<object>();
  /** The ids of jobs whose one stream has been opened. */
  const streamed = new Set<string>();
  let submitCount = 0;
  // Of another double, which has ended since: what it has not posted is posted now.
  for (const job of jobs.values()) if (!isOver(stateAt(job, createdAt))) schedule(job);

  const scenarioFor = (input: unknown, index: number) =>
    typeof scenario === 'function' ? scenario(input, index) : scenario;

  /** Deliveries, if the submit has named an address. */
  function schedule(job: VendorJob): void {
    const address = protocol.toAddress?.(job);
    if (!address || !protocol.toDelivery) return;
    const toDelivery = protocol.toDelivery.bind(protocol);
    const at = () => ({ address, now: clock.now(), base: baseUrl });
    scheduleDeliveries(job, clock, (state, isForged) => toDelivery(job, state, { ...at(), isForged }), deliver);
  }

  const refuse = (status: number | 'moderated', retryAfter: number | undefined) =>
    withWait(protocol.refuse(status, retryAfter), protocol.hasWaitInBody ? undefined : retryAfter);

  async function submit(request: Request, path: string): Promise<Response> {
    const body = await (protocol.toBody ? protocol.toBody(request) : toJson(request));
    const input = protocol.toInput ? protocol.toInput(body) : body;
    const index = submitCount;
    submitCount += 1;
    const given = scenarioFor(input, index);
    const { answer, retryAfter } = toFault('submit', given, createdAt) ?? {};
    if (answer === 'hangs') return never(request.signal);
    if (answer === 'breaks') throw broken();
    if (typeof answer === 'number' || answer === 'moderated') return refuse(answer, retryAfter);
    const { waitMs = 0, limitMs } = protocol.toTimes?.(request) ?? {};
    const jobKey = protocol.keys?.of(request) ?? undefined;
    const isKnown = jobKey !== undefined && [...jobs.values()].some(job => job.key === jobKey);
    if (protocol.keys && isKnown) return protocol.keys.refuse();
    const job: VendorJob = {
      id: protocol.toId?.(body) ?? `${protocol.name}-job-${jobs.size + 1}`,
      input,
      body,
      scenario: given,
      submittedAt: clock.now(),
      path,
      limitMs,
      key: jobKey,
    };
    jobs.set(job.id, job);
    schedule(job);
    await pause(clock, Math.min(waitMs, endOf(job)), request.signal);
    if (answer === 'lost') throw broken();
    if (protocol.isStreamed?.(job)) {
      const fault = protocol.isStreamJob ? toFault('events', given, job.submittedAt) : undefined;
      return openStream(request, job, fault?.answer);
    }
    return protocol.accept(job, stateAt(job, clock.now()), baseUrl);
  }

  /** The stream of a job, unless it had only one. */
  function followStream(request: Request, job: VendorJob, answer: VendorFault['answer'] | undefined): Response {
    if (protocol.forget && streamed.has(job.id)) return protocol.forget();
    streamed.add(job.id);
    return openStream(request, job, answer);
  }

  function openStream(request: Request, job: VendorJob, answer: VendorFault['answer'] | undefined): Response {
    const fault: StreamFault = answer === 'silent' || answer === 'cut' || answer === 'twice' ? answer : undefined;
    const stream = { request };
    open.add(stream);
    const teller = protocol.toTeller?.(job, request);
    let since = -1;
    const toEvent: Teller = state => {
      const event = teller ? teller(state) : protocol.toEvent?.(job, state, baseUrl, since);
      // Nothing has been told of the work as long as the job waits.
      if (state.phase !== 'queued') since = state.progress;
      return event;
    };
    const onEnd = () => {
      open.delete(stream);
      if (protocol.forget && !isOver(stateAt(job, clock.now()))) job.cancelledAt ??= clock.now();
    };
    return openStateStream({ job, clock, fault, signal: request.signal, toEvent, onEnd });
  }

  async function follow(request: Request, action: VendorAction, job: VendorJob): Promise<Response> {
    const { answer, retryAfter } = toFault(action, job.scenario, job.submittedAt) ?? {};
    if (answer === 'hangs') return never(request.signal);
    if (answer === 'breaks') throw broken();
    if (typeof answer === 'number') return refuse(answer, retryAfter);
    const state = stateAt(job, clock.now());
    const hasStream = protocol.toEvent !== undefined || protocol.toTeller !== undefined;
    if (action === 'events' && hasStream) return followStream(request, job, answer);
    const response = answerTo(action, job, state);
    if (answer === 'lost') throw broken();
    return response;
  }

  function answerTo(action: VendorAction, job: VendorJob, state: VendorJobState): Response {
    if (action === 'cancel') {
      job.cancelledAt ??= clock.now();
      jobs.set(job.id, job);
      return protocol.cancel(job, state, stateAt(job, clock.now()), baseUrl);
    }
    if (action === 'result' && protocol.result) return protocol.result(job, state);
    return protocol.read(job, state, baseUrl);
  }

  async function answer(request: Request, route: Route | undefined): Promise<Response> {
    const given = protocol.toKey(request);
    if (!route) return (await protocol.other?.(request)) ?? protocol.refuse(404);
    if (given === undefined || (key !== undefined && given !== key)) return protocol.refuse(401);
    if (route.action === 'submit') return submit(request, route.path ?? '');
    const job = protocol.findJob ? await protocol.findJob(request, jobs.values()) : jobs.get(route.jobId ?? '');
    if (!job && protocol.forget && route.action === 'events') return protocol.forget();
    return job ? follow(request, route.action, job) : protocol.refuse(404);
  }

  return {
    requests,
    get chargedCount() {
      return jobs.size;
    },
    get openCount() {
      return open.size;
    },
    async fetch(given, init) {
      const request = new Request(given, init);
      if (request.signal.aborted) throw abortReasonOf(request.signal);
      const route = await protocol.toRoute(request);
      const seen = { action: route?.action, method: request.method, url: request.url, status: 0, atMs: clock.now() };
      requests.push(seen);
      open.add(request);
      try {
        const response = await answer(request, route);
        seen.status = response.status;
        return response;
      } finally {
        open.delete(request);
      }
    },
  };
}

async function toJson(request: Request): Promise<unknown> {
  const text = await request.text();
  return text ? JSON.parse(text) : undefined;
}

/** As the platform tells it. */
const broken = () => new TypeError('fetch failed: the double has closed the connection.');

const never = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(abortReasonOf(signal)), { once: true });
  });

function withWait(response: Response, retryAfter: number | undefined): Response {
  if (retryAfter !== undefined) response.headers.set('retry-after', String(retryAfter));
  return response;
}
