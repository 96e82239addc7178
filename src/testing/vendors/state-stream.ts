import type { ScriptedClock } from '../scripted.types.js';
import type { VendorJob, VendorJobState } from './double.types.js';
import { isOver, nextChangeAfter, stateAt } from './timeline.js';

export type StreamFault = 'silent' | 'cut' | 'twice' | undefined;

type StateStream = {
  readonly job: VendorJob;
  readonly clock: ScriptedClock;
  readonly fault: StreamFault;
  readonly signal: AbortSignal;
  /** The data of an event, or `undefined` if there is nothing new. */
  readonly toEvent: (state: VendorJobState) => string | undefined;
  readonly onEnd: () => void;
};

/** An event stream that tells the state on opening and at each change, and ends with the job. */
export function openStateStream({ job, clock, fault, signal, toEvent, onEnd }: StateStream): Response {
  let timer: unknown;
  let isEnded = false;
  let step = () => {};
  const end = () => {
    if (isEnded) return;
    isEnded = true;
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', end);
    onEnd();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const close = () => {
        end();
        controller.close();
      };
      step = () => {
        if (isEnded) return;
        // Read once: the end may come between two readings, and would be in neither.
        const now = clock.now();
        const state = stateAt(job, now);
        const told = toEvent(state);
        if (told !== undefined) {
          const event = new TextEncoder().encode(`data: ${told}\n\n`);
          controller.enqueue(event);
          if (fault === 'twice' && isOver(state)) controller.enqueue(event);
        }
        const next = nextChangeAfter(job, now);
        if (isOver(state) || fault === 'cut' || next === undefined) return close();
        timer = clock.setTimeout(step, next - now);
      };
      signal.addEventListener('abort', end);
      if (fault !== 'silent') step();
    },
    cancel: end,
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
