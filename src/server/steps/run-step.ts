import type { Chart, ChartEvent, ChartRequest, RequestName, Stance } from './chart.js';

type StepOptions = {
  readonly now: () => number;
  /** Where the step ends although a request is wanted. @defaultValue nowhere */
  readonly until?: (stance: Stance) => boolean;
};

/** What waits for a request that only this process can make: the input of a submit is nowhere else. */
const holdsInput = ({ snapshot }: Stance): boolean =>
  snapshot.status === 'active' && snapshot.context.submit.getInput !== undefined;

type Running = { readonly request: ChartRequest; readonly controller: AbortController };
type Answer = { readonly name: RequestName; readonly request: ChartRequest; readonly event: ChartEvent };

/**
 * Runs a chart until it waits for time only: fires what is due, makes the requests that it asks for, and gives it their answers. A request that
 * the chart gives up is aborted. Each request is bounded by a delay of the chart and is made once, so a step ends.
 */
export async function runStep(chart: Chart, first: Stance, { now, until }: StepOptions): Promise<Stance> {
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

  /** Until there is an answer, or the next delay fires. */
  async function wait(): Promise<void> {
    const [, at = now() + 60_000] = chart.nextOf(stance) ?? [];
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, Math.max(0, at - now()));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (answers.length > 0) wake();
    });
  }

  /** The same request again is the next step's: with waits of 0 ms, this one would have no end. */
  const isRepeated = () =>
    !holdsInput(stance) && [...stance.requests.keys()].some(name => made.has(name) && !running.has(name));

  for (;;) {
    stance = chart.fireDue(stance, now());
    const isOver = stance.snapshot.status !== 'active' || until?.(stance) === true || isRepeated();
    if (!isOver) startAndStop();
    const isQuiet = running.size === 0 && !holdsInput(stance);
    if (isOver || isQuiet) {
      for (const { controller } of running.values()) controller.abort();
      return isOver ? stance : chart.skipAhead(stance);
    }
    const answer = answers.shift();
    if (!answer) await wait();
    else if (running.get(answer.name)?.request === answer.request) {
      running.delete(answer.name);
      const requests = new Map(stance.requests);
      requests.delete(answer.name);
      stance = chart.send({ ...stance, requests }, answer.event, now());
    }
  }
}
