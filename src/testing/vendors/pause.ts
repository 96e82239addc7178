import { abortReasonOf } from '../../machines/abort.js';
import type { ScriptedClock } from '../scripted.types.js';

/** Waits by this clock. A timer of the platform may be early by a part of a millisecond. */
export const pause = (clock: ScriptedClock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise<void>((resolve, reject) => {
    const until = clock.now() + ms;
    let timer: unknown;
    const step = () => {
      const leftMs = until - clock.now();
      if (leftMs > 0) timer = clock.setTimeout(step, leftMs);
      else resolve();
    };
    const stop = () => {
      clock.clearTimeout(timer);
      reject(abortReasonOf(signal));
    };
    signal.addEventListener('abort', stop, { once: true });
    step();
  });
