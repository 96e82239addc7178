/** Runs work in one tab at a time, if the browser has Web Locks. */
export type TabMutex = {
  /** Runs the work while no other tab runs its own. Without Web Locks, and after 1.5 s of waiting, it runs it at once. */
  run<T>(work: () => T | Promise<T>): Promise<T>;
  /** The ids that any tab has announced within the last 3 s. */
  readAnnouncedIds(): Promise<readonly string[]>;
  /** Announces ids to all tabs for 3 s. They see them sooner than a write to the storage. */
  announceIds(ids: readonly string[]): Promise<void>;
};

/** One lock for all keys, because several stores may share the array of generations. */
const mutexName = 'generation-lifecycle:mutex';

/** The work takes some ms. A tab that holds the lock for longer is frozen or stuck. */
const maxWaitMs = 1_500;

/** Longer than it takes until the other tabs see a write to the storage. */
const announcementMs = 3_000;

const getLockManager = () => (typeof navigator === 'undefined' ? undefined : navigator.locks);

/**
 * @param key of the store whose ids are announced
 * @see https://www.w3.org/TR/web-locks/
 */
export function tabMutex(key: string): TabMutex {
  const announcementPrefix = `generation-lifecycle:added:${JSON.stringify(key)}:`;

  return {
    async run(work) {
      const locks = getLockManager();
      if (!locks) return work();
      let hasStarted = false;
      const waiting = new AbortController();
      const timer = setTimeout(() => waiting.abort(), maxWaitMs);
      try {
        return await locks.request(mutexName, { signal: waiting.signal }, () => {
          hasStarted = true;
          return work();
        });
      } catch (error) {
        if (hasStarted) throw error;
        return work();
      } finally {
        clearTimeout(timer);
      }
    },

    // Each tab has its own copy of localStorage: a write of one tab can reach another after the mutex has. Lock names reach
    // all tabs at once, so ids are announced as names of locks.
    async readAnnouncedIds() {
      const { held = [] } = (await getLockManager()?.query()) ?? {};
      return held.flatMap(({ name = '' }) => {
        if (!name.startsWith(announcementPrefix)) return [];
        const ids: unknown = JSON.parse(name.slice(announcementPrefix.length));
        return Array.isArray(ids) ? ids.filter(id => typeof id === 'string') : [];
      });
    },

    async announceIds(ids) {
      const locks = getLockManager();
      if (!locks) return;
      await new Promise<void>(resolve => {
        const hold = () => {
          resolve();
          return new Promise(release => setTimeout(release, announcementMs));
        };
        locks.request(announcementPrefix + JSON.stringify(ids), { mode: 'shared' }, hold).catch(() => resolve());
      });
    },
  };
}
