import type { Environment, EnvironmentEvent } from 'generation-lifecycle';
import { SimulatedClock } from 'xstate';

/** A clock that knows when its next timer is due, so that time can be moved from one to the next. */
class SteppedClock extends SimulatedClock {
  readonly #dueAt = new Map<number, number>();

  override setTimeout(run: (...args: never[]) => void, delayMs: number): number {
    // Whole, as a platform's timers are: sums of fractions miss their own due time.
    const ms = Math.round(delayMs);
    const id = super.setTimeout(() => {
      this.#dueAt.delete(id);
      run();
    }, ms);
    this.#dueAt.set(id, this.now() + ms);
    return id;
  }

  override clearTimeout(id: number): void {
    this.#dueAt.delete(id);
    super.clearTimeout(id);
  }

  get timerCount(): number {
    return this.#dueAt.size;
  }

  nextDueAt(): number {
    return Math.min(...this.#dueAt.values());
  }
}

/** Lets everything that waits for a promise go on. */
export const flush = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Time, chance, network and page of a test. Nothing in it moves by itself. */
export class SimulatedWorld {
  readonly clock = new SteppedClock();
  /** Between 0 and 1; one half is no jitter. */
  chance = 0.5;
  isOnline = true;
  readonly #listeners = new Set<(event: EnvironmentEvent) => void>();
  /** Somewhere in the epoch, because a time is not a delay. */
  #epochMs = 1_800_000_000_000;

  readonly environment: Environment = {
    now: () => this.#epochMs + this.clock.now(),
    random: () => this.chance,
    isOnline: () => this.isOnline,
    subscribe: listener => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
  };

  /** How many watch the page. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Moves time forward, timer by timer. */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await flush();
    while (this.clock.nextDueAt() <= end) {
      this.clock.set(Math.max(this.clock.now(), this.clock.nextDueAt()));
      await flush();
    }
    this.clock.set(end);
    await flush();
  }

  /** No timer can be set while something happens: what sets one stops with an error. */
  async withoutTimers(act: () => unknown): Promise<void> {
    this.clock.setTimeout = () => {
      throw Error('no timer');
    };
    await act();
    await flush();
    Reflect.deleteProperty(this.clock, 'setTimeout');
  }

  /** The time of day jumps while no timer runs, as when the computer sleeps. */
  skip(ms: number): void {
    this.#epochMs += ms;
  }

  async emit(event: EnvironmentEvent): Promise<void> {
    if (event === 'online' || event === 'offline') this.isOnline = event === 'online';
    for (const listener of [...this.#listeners]) listener(event);
    await flush();
  }
}
