/** A clock whose timers fire when a test picks them by their length: those of a throttled page come late, in any order. */
export class PickedClock {
  readonly #timers = new Map<number, { readonly ms: number; run(): void }>();
  #made = 0;

  setTimeout(run: () => void, delayMs: number): number {
    this.#made += 1;
    this.#timers.set(this.#made, { ms: Math.round(delayMs), run });
    return this.#made;
  }

  clearTimeout(id: number): void {
    this.#timers.delete(id);
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  /** @throws Error when not exactly one timer of this length is armed */
  fire(ms: number): void {
    const [timer, ...others] = [...this.#timers].filter(([, armed]) => armed.ms === ms);
    if (!timer || others.length > 0) {
      throw new Error(`Not one timer of ${ms} ms: ${[...this.#timers.values()].map(armed => armed.ms)}`);
    }
    this.#timers.delete(timer[0]);
    timer[1].run();
  }
}
