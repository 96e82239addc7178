import { abortReasonOf, throwIfAborted } from '../machines/abort.js';
import { GenerationError } from '../machines/generation/generation.errors.js';
import type { ScriptedCall, ScriptedClock, ScriptedError } from './scripted.types.js';

/** Looks up the platform's timers at each call, so that fake timers count. */
export const platformClock: ScriptedClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer: ReturnType<typeof setTimeout>) => clearTimeout(timer),
};

/** The error that an adapter would throw. */
export function toScriptedError({ retryAfterMs, ...failure }: ScriptedError): GenerationError {
  const message = `The script of this adapter answers with "${failure.code}".`;
  return new GenerationError({ message, ...failure }, { retryAfterMs });
}

/** A call that has been recorded, and can wait. */
export type RunningCall = {
  /** Resolves after this time, at once for 0. Rejects with the signal's reason if the call is aborted meanwhile. */
  wait(ms: number): Promise<void>;
  /** Marks the call as answered. */
  end(): void;
  readonly isOver: boolean;
};

/** Records a call, and follows its signal unless the script ignores it. */
export function startCall<TInput>(
  calls: ScriptedCall<TInput>[],
  info: Omit<ScriptedCall<TInput>, 'isPending' | 'atMs'>,
  { clock, ignoresAbort }: { readonly clock: ScriptedClock; readonly ignoresAbort: boolean },
): RunningCall {
  const { signal } = info;
  const waits = new Set<{ readonly timer: unknown; readonly reject: (reason: unknown) => void }>();
  let isEnded = false;
  const stopWaiting = () => {
    signal.removeEventListener('abort', stopWaiting);
    for (const { timer, reject } of waits) {
      clock.clearTimeout(timer);
      reject(abortReasonOf(signal));
    }
    waits.clear();
  };
  // One listener for the whole call: Node warns about a signal with many.
  if (!ignoresAbort) signal.addEventListener('abort', stopWaiting);
  calls.push({
    ...info,
    atMs: clock.now(),
    get isPending() {
      return !isEnded && !signal.aborted;
    },
  });
  return {
    end() {
      isEnded = true;
      stopWaiting();
    },
    get isOver() {
      return isEnded || (signal.aborted && !ignoresAbort);
    },
    async wait(ms) {
      if (!ignoresAbort) throwIfAborted(signal);
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
