import { GenerationError } from '../machines/generation/generation.errors.js';
import type { ScriptedCall, ScriptedClock, ScriptedError } from './scripted.types.js';

/** The timers of whoever runs the test, looked up late, so that fake ones count. */
export const platformClock: ScriptedClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer: ReturnType<typeof setTimeout>) => clearTimeout(timer),
};

/** A script's error, thrown as an adapter throws it. */
export function toThrown({ retryAfterMs, ...failure }: ScriptedError): GenerationError {
  return new GenerationError({ message: `The script says ${failure.code}.`, ...failure }, { retryAfterMs });
}

type Facts<TInput> = Omit<ScriptedCall<TInput>, 'isLive' | 'atMs'>;

/** One call under way: on record, with the one way to wait in it. */
export type CallUnderWay = {
  /** Resolves after so long, at once for 0; rejects with the signal's reason when the call is aborted meanwhile. */
  wait(ms: number): Promise<void>;
  /** Nobody waits for it any more. */
  settle(): void;
  readonly isOver: boolean;
};

/** Begins a call: writes it down, and follows its signal unless the script ignores it. */
export function beginCall<TInput>(
  calls: ScriptedCall<TInput>[],
  facts: Facts<TInput>,
  { clock, ignoresAbort }: { readonly clock: ScriptedClock; readonly ignoresAbort: boolean },
): CallUnderWay {
  const { signal } = facts;
  const waits = new Set<{ readonly timer: unknown; readonly reject: (reason: unknown) => void }>();
  let isSettled = false;
  const stopWaiting = () => {
    signal.removeEventListener('abort', stopWaiting);
    for (const { timer, reject } of waits) {
      clock.clearTimeout(timer);
      reject(signal.reason);
    }
    waits.clear();
  };
  // One for the whole call: Node warns of a signal with many listeners.
  if (!ignoresAbort) signal.addEventListener('abort', stopWaiting);
  calls.push({
    ...facts,
    atMs: clock.now(),
    get isLive() {
      return !isSettled && !signal.aborted;
    },
  });
  return {
    settle() {
      isSettled = true;
      stopWaiting();
    },
    get isOver() {
      return isSettled || (signal.aborted && !ignoresAbort);
    },
    async wait(ms) {
      if (!ignoresAbort) signal.throwIfAborted();
      if (ms <= 0) return;
      await new Promise<void>((resolve, reject) => {
        const wait = {
          reject,
          timer: Number.isFinite(ms)
            ? clock.setTimeout(() => {
                waits.delete(wait);
                resolve();
              }, ms)
            : undefined,
        };
        waits.add(wait);
      });
    },
  };
}
