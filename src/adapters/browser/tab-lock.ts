import type { LockHolder } from '../../machines/client/client.port.js';

/** What tabs send each other about a lock: a visible tab requests it, or its holder is alive and keeps it. */
export type TabMessage = 'request' | 'alive';

/** One tab's request for a lock, from its start to its release. */
export type TabLock = {
  /** Another tab has sent a message about this lock. */
  receive(message: TabMessage): void;
  /** The page has become visible or hidden. */
  updateVisibility(): void;
  /** The page is being frozen or put into the back/forward cache. */
  suspend(): void;
  /** The page is running again. */
  resume(): void;
  release(): void;
};

/** How often a visible tab requests a lock that another tab holds. */
const requestIntervalMs = 750;

/**
 * After this many requests without an answer a tab takes the lock: 3 s, of the 5 s that a user waits. They are counted,
 * because a machine that sleeps makes any measured time too long.
 */
const maxUnanswered = 4;

const isVisible = () => typeof document === 'undefined' || document.visibilityState === 'visible';

/** One request to the lock manager. */
type LockRequest = {
  readonly controller: AbortController;
  /** Gives the lock back. Present once the lock is held. */
  giveBack?: () => void;
};

/**
 * Waits for the lock of this name, and holds it.
 *
 * @param post sends a message to the other tabs; absent if there is no channel to them
 * @see https://www.w3.org/TR/web-locks/
 */
export function createTabLock(
  locks: LockManager,
  name: string,
  holder: LockHolder,
  post?: ((message: TabMessage) => void) | undefined,
): TabLock {
  let phase: 'waiting' | 'held' | 'suspended' | 'released' = 'waiting';
  /** The current request. Results of earlier requests are ignored. */
  let current: LockRequest | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let unansweredCount = 0;
  /** When another tab has requested the lock that this one waits for, too. */
  let requestedByOtherAt = -Infinity;

  const report: LockHolder['onChange'] = state => {
    try {
      holder.onChange(state);
    } catch (error) {
      // An error within the callback of the lock manager would give the lock back.
      queueMicrotask(() => {
        throw error;
      });
    }
  };

  const stopRequesting = () => {
    clearInterval(timer);
    timer = undefined;
    unansweredCount = 0;
  };

  const requestFromHolder = () => {
    if (unansweredCount >= maxUnanswered && holder.canRelease()) {
      withdraw();
      queueUp({ steal: true });
      return;
    }
    unansweredCount += 1;
    post?.('request');
  };

  const updateVisibility = () => {
    if (phase === 'waiting' && post && isVisible()) {
      timer ??= setInterval(requestFromHolder, requestIntervalMs);
      requestFromHolder();
    } else stopRequesting();
  };

  /** Leaves the queue of the lock, or gives the lock back. */
  const withdraw = () => {
    stopRequesting();
    current?.controller.abort();
    current?.giveBack?.();
    current = undefined;
  };

  const hold = (state: 'held' | 'shared') => {
    phase = 'held';
    stopRequesting();
    report(state);
  };

  /** Whether to pass the lock on: locks are granted in order, but a visible tab has requested it after this hidden one. */
  const shouldPassOn = () => !isVisible() && performance.now() - requestedByOtherAt < requestIntervalMs * 2;

  const queueUp = ({ steal = false } = {}) => {
    // A holder that gets `lost` may have released the lock in its callback.
    if (phase === 'released') return;
    const request: LockRequest = { controller: new AbortController() };
    current = request;
    phase = 'waiting';
    // The lock manager does not accept `steal` and `signal` together.
    const options = steal ? { steal } : { signal: request.controller.signal };
    const settled = locks.request(name, options, () => {
      if (current !== request) return;
      if (shouldPassOn()) {
        requestedByOtherAt = -Infinity;
        return;
      }
      return new Promise<void>(resolve => {
        request.giveBack = resolve;
        hold('held');
      });
    });
    const queueUpAgain = () => {
      if (current !== request) return;
      const wasHeld = phase === 'held';
      queueUp();
      if (wasHeld) report('lost');
    };
    settled.then(queueUpAgain, (error: unknown) => {
      const isStolenOrWithdrawn = error instanceof DOMException && error.name === 'AbortError';
      if (isStolenOrWithdrawn) queueUpAgain();
      // Any other error means that this page cannot use locks.
      else if (current === request) hold('shared');
    });
    // Requests the lock from its holder only once this tab is in the queue. Otherwise the holder, when it gives the lock
    // back and queues up again, would be first and get it back.
    locks.query().then(updateVisibility, updateVisibility);
  };

  const lose = (nextPhase: 'waiting' | 'suspended') => {
    const wasHeld = phase === 'held';
    phase = nextPhase;
    // Reported before the lock is given back, so that there is no moment at which two tabs follow the generation.
    if (wasHeld) report('lost');
    withdraw();
  };

  queueUp();

  return {
    receive(message) {
      if (message === 'alive') unansweredCount = 0;
      else if (phase === 'waiting') requestedByOtherAt = performance.now();
      else if (phase === 'held') {
        if (isVisible() || !holder.canRelease()) return post?.('alive');
        lose('waiting');
        queueUp();
      }
    },
    updateVisibility,
    suspend() {
      // A suspended tab that waits would be given the lock while it cannot run.
      if (phase === 'waiting' || (phase === 'held' && holder.canRelease())) lose('suspended');
    },
    resume() {
      if (phase === 'suspended') queueUp();
    },
    release() {
      phase = 'released';
      withdraw();
    },
  };
}
