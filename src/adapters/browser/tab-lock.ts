import type { LockHolder } from '../../machines/client/client.port.js';

/** What tabs say to each other of one name: that a visible one waits, and that the one that holds it is alive. */
export type TabMessage = 'wanted' | 'here';

/** One claim, from being made to being released. */
export type Claim = {
  /** Hears what another tab says of its name. */
  hear(word: TabMessage): void;
  /** The page has become visible or hidden. */
  look(): void;
  /** The page is being frozen or put away. */
  sleep(): void;
  /** The page is back. */
  wake(): void;
  release(): void;
};

/** How often a visible tab asks for what another holds. */
const askMs = 750;

/** How often it asks in vain before it takes it: 3 s, of the 5 that a user waits. Counted, since a machine can sleep. */
const patience = 4;

const isVisible = () => typeof document === 'undefined' || document.visibilityState === 'visible';

/** Waits for the lock of a name, and holds it. @param say tells the other tabs; absent where none can be told */
export function createTabLock(
  locks: LockManager,
  name: string,
  holder: LockHolder,
  say?: ((word: TabMessage) => void) | undefined,
): Claim {
  let phase: 'waiting' | 'held' | 'asleep' | 'over' = 'waiting';
  /** The request that counts; of any other one nothing is heard. */
  let request: { readonly withdrawal: AbortController; giveBack?: () => void } | undefined;
  let asking: ReturnType<typeof setInterval> | undefined;
  let unanswered = 0;
  let wantedAt = -Infinity;

  const tell: LockHolder['onChange'] = state => {
    try {
      holder.onChange(state);
    } catch (error) {
      // Thrown into the lock, it would give it back.
      queueMicrotask(() => {
        throw error;
      });
    }
  };

  const stopAsking = () => {
    clearInterval(asking);
    asking = undefined;
    unanswered = 0;
  };

  const ask = () => {
    if (unanswered >= patience && holder.canRelease()) {
      withdraw();
      queueUp({ steal: true });
      return;
    }
    unanswered += 1;
    say?.('wanted');
  };

  const look = () => {
    if (phase === 'waiting' && say && isVisible()) {
      asking ??= setInterval(ask, askMs);
      ask();
    } else stopAsking();
  };

  /** Leaves the queue, or gives the lock back. */
  const withdraw = () => {
    stopAsking();
    request?.withdrawal.abort();
    request?.giveBack?.();
    request = undefined;
  };

  const hold = (fact: 'held' | 'shared') => {
    phase = 'held';
    stopAsking();
    tell(fact);
  };

  const queueUp = ({ steal = false } = {}) => {
    // Whoever was told that it has lost may have released.
    if (phase === 'over') return;
    const mine: NonNullable<typeof request> = { withdrawal: new AbortController() };
    const { signal } = mine.withdrawal;
    request = mine;
    phase = 'waiting';
    // The two options exclude each other.
    const asked = locks.request(name, steal ? { steal } : { signal }, () => {
      if (request !== mine) return;
      if (!isVisible() && performance.now() - wantedAt < askMs * 2) {
        // The lock is given in order of asking, and a visible tab has asked later than this hidden one.
        wantedAt = -Infinity;
        return;
      }
      return new Promise<void>(giveBack => {
        mine.giveBack = giveBack;
        hold('held');
      });
    });
    const goOn = () => {
      if (request !== mine) return;
      const wasHeld = phase === 'held';
      queueUp();
      if (wasHeld) tell('lost');
    };
    asked.then(goOn, (error: unknown) => {
      // Stolen, or withdrawn. Anything else says that there are no locks for this page.
      if (error instanceof DOMException && error.name === 'AbortError') goOn();
      else if (request === mine) hold('shared');
    });
    // Only once the request has its place in the queue: one that gave the lock back before would get it again.
    locks.query().then(look, look);
  };

  const lose = (next: 'waiting' | 'asleep') => {
    const wasHeld = phase === 'held';
    // Before it is given back: there is no moment in which two follow.
    phase = next;
    if (wasHeld) tell('lost');
    withdraw();
  };

  queueUp();

  return {
    hear(word) {
      if (word === 'here') unanswered = 0;
      else if (phase === 'waiting') wantedAt = performance.now();
      else if (phase === 'held') {
        if (isVisible() || !holder.canRelease()) return say?.('here');
        lose('waiting');
        queueUp();
      }
    },
    look,
    sleep() {
      // One that waits would be given the lock while it cannot run.
      if (phase === 'waiting' || (phase === 'held' && holder.canRelease())) lose('asleep');
    },
    wake() {
      if (phase === 'asleep') queueUp();
    },
    release() {
      phase = 'over';
      withdraw();
    },
  };
}
