/** One at a time over all tabs, as far as the browser has Web Locks. */
export type Turns = {
  /** Runs the work alone; without Web Locks, or when its turn does not come, at once. */
  take<T>(work: () => T | Promise<T>): Promise<T>;
  /** The ids that any tab has announced of late. */
  announced(): Promise<readonly string[]>;
  /** Lets all tabs know for a while that these ids are taken, sooner than any storage does. */
  announce(ids: readonly string[]): Promise<void>;
};

/** One for all keys: several stores may share the array of records. */
const turnName = 'generation-lifecycle:turn';

/** A turn is short. One that does not end belongs to a tab that is frozen or stuck. */
const patienceMs = 1_500;

/** Longer than a storage takes to show the other tabs what was written. */
const announcedMs = 3_000;

const lockManager = () => (typeof navigator === 'undefined' ? undefined : navigator.locks);

/** @param key of the store whose ids are announced */
export function localTurns(key: string): Turns {
  const prefix = `generation-lifecycle:added:${JSON.stringify(key)}:`;

  return {
    async take(work) {
      const locks = lockManager();
      if (!locks) return work();
      let isTaken = false;
      try {
        return await locks.request(turnName, { signal: AbortSignal.timeout(patienceMs) }, () => {
          isTaken = true;
          return work();
        });
      } catch (error) {
        if (isTaken) throw error;
        return work();
      }
    },
    // A storage is not one memory: what one tab has written can reach another after the lock has. The lock manager is.
    async announced() {
      const { held = [] } = (await lockManager()?.query()) ?? {};
      return held.flatMap(({ name = '' }) => {
        if (!name.startsWith(prefix)) return [];
        const ids: unknown = JSON.parse(name.slice(prefix.length));
        return Array.isArray(ids) ? ids.filter(id => typeof id === 'string') : [];
      });
    },
    async announce(ids) {
      const locks = lockManager();
      if (!locks) return;
      await new Promise<void>(resolve => {
        const hold = () => {
          resolve();
          return new Promise(over => setTimeout(over, announcedMs));
        };
        locks.request(prefix + JSON.stringify(ids), { mode: 'shared' }, hold).catch(() => resolve());
      });
    },
  };
}
