import { type Chart, type ChartEvent, type ChartRequest, type RequestName, type Stance, streamName } from './chart.js';

type StepOptions = {
  readonly now: () => number;
  /** Where the step ends although a request is wanted. @defaultValue nowhere */
  readonly until?: (stance: Stance) => boolean;
  /** Goes on to the end of the job, also where the chart waits for time only, or asks for the same again. @defaultValue none */
  readonly held?: HeldStep | undefined;
};

/** A step that lasts as long as its job, because the job is a stream that it holds. */
type HeldStep = {
  /** What others have to tell the chart. */
  readonly inbox: Inbox;
  /** Called with each position that the chart comes to. */
  readonly onStance: (stance: Stance) => void;
};

/** Events for a chart that runs, and how it hears of them. */
export type Inbox = { readonly events: ChartEvent[]; wake: () => void };

/** What waits for a request that only this process can make: the input of a submit is nowhere else. */
const holdsInput = ({ snapshot }: Stance): boolean =>
  snapshot.status === 'active' && snapshot.context.submit.getInput !== undefined;

type Running = { readonly request: ChartRequest; readonly controller: AbortController };
type Answer = { readonly name: RequestName; readonly request: ChartRequest; readonly event: ChartEvent };

/**
 * Runs a chart until it waits for time only: makes the requests that it asks for, gives it their answers, and fires what is due. An answer that
 * has come counts before a delay that is due, such as its own time-out: it may be about money. A request that the chart gives up is aborted. Each request is bounded by a delay of the chart and is made once, so a step ends.
 */
export async function runStep(chart: Chart, first: Stance, { now, until, held }: StepOptions): Promise<Stance> {
  const running = new Map<RequestName, Running>();
  const answers: Answer[] = [];
  const made = new Set<RequestName>();
  let wake = () => {};
  let stance = first;

  function startAndStop(): void {
    for (const [name, { request, controller }] of running) {
      if (stance.requests.get(name) === request) continue;
      running.delete(name);
      controller.abort();
    }
    for (const [name, request] of stance.requests) {
      if (running.has(name)) continue;
      made.add(name);
      const controller = new AbortController();
      running.set(name, { request, controller });
      // The chart has asked for this request with this input.
      const make = chart.requests[name] as (
        input: unknown,
        signal: AbortSignal,
        send: (event: ChartEvent) => void,
      ) => Promise<void>;
      void make(request.input, controller.signal, event => {
        answers.push({ name, request, event });
        wake();
      });
    }
  }

  const isToldMore = () => answers.length > 0 || (held !== undefined && held.inbox.events.length > 0);

  /** Until there is an answer, or the next delay fires. */
  async function wait(): Promise<void> {
    const [, at = now() + 60_000] = chart.nextOf(stance) ?? [];
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, Math.max(0, at - now()));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (held) held.inbox.wake = wake;
      if (isToldMore()) wake();
    });
  }

  /** The same request again is the next step's: with waits of 0 ms, this one would have no end. */
  const isRepeated = () =>
    !held && !holdsInput(stance) && [...stance.requests.keys()].some(name => made.has(name) && !running.has(name));

  /** A request has one answer. A stream has many, and the chart says when it has had enough of them. */
  function afterAnswer(name: RequestName): Stance {
    if (name === streamName) return stance;
    running.delete(name);
    const requests = new Map(stance.requests);
    requests.delete(name);
    return { ...stance, requests };
  }

  /** What the chart is told next, if there is anything. An answer that it does not wait for any more is dropped. */
  function hear(): void {
    const told = held?.inbox.events.shift();
    const answer = told ? undefined : answers.shift();
    if (told) stance = chart.send(stance, told, now());
    else if (answer && running.get(answer.name)?.request === answer.request) {
      stance = chart.send(afterAnswer(answer.name), answer.event, now());
    }
  }

  for (;;) {
    hear();
    if (!isToldMore()) stance = chart.fireDue(stance, now());
    const isOver = stance.snapshot.status !== 'active' || until?.(stance) === true || isRepeated();
    if (!isOver) startAndStop();
    const isQuiet = !held && running.size === 0 && !holdsInput(stance);
    held?.onStance(stance);
    if (isOver || isQuiet) {
      for (const { controller } of running.values()) controller.abort();
      return isOver ? stance : chart.skipAhead(stance);
    }
    if (!isToldMore()) await wait();
  }
}
