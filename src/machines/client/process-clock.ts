import type { ActorOptions, AnyActorLogic } from 'xstate';

type Clock = NonNullable<ActorOptions<AnyActorLogic>['clock']>;

/** In Node a timer is an object that can keep the process alive. In a browser it is a number. */
type Timer = { ref?(): void; unref?(): void };

/** The platform's timers. In Node they keep the process alive until `setKeepAlive(false)`, and again after `true`. */
export function processClock(): Clock & { setKeepAlive(isNeeded: boolean): void } {
  const timers = new Set<Timer>();
  let keepsAlive = true;
  const apply = (timer: Timer) => (keepsAlive ? timer.ref?.() : timer.unref?.());

  return {
    setTimeout(run, ms) {
      // The DOM's type says number, also for Node.
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, ms) as Timer;
      timers.add(timer);
      apply(timer);
      return timer;
    },
    clearTimeout(timer) {
      timers.delete(timer);
      clearTimeout(timer);
    },
    setKeepAlive(isNeeded) {
      if (isNeeded === keepsAlive) return;
      keepsAlive = isNeeded;
      for (const timer of timers) apply(timer);
    },
  };
}
