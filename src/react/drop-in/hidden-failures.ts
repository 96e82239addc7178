/** Ids of failures that a later result has hidden, over reloads. Without a storage they are hidden on this page only. */
export type HiddenFailures = {
  readonly read: () => readonly string[];
  readonly add: (ids: readonly string[]) => void;
  readonly remove: (id: string) => void;
};

/** A failure that can be resumed is stored for a day. There are not more of them in a day. */
const limit = 50;

/** @param key of the array in `localStorage` */
export function hiddenFailures(key: string): HiddenFailures {
  function read(): readonly string[] {
    try {
      const ids: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
      return Array.isArray(ids) ? ids.filter(id => typeof id === 'string') : [];
    } catch {
      return [];
    }
  }

  function write(ids: readonly string[]): void {
    try {
      if (ids.length > 0) localStorage.setItem(key, JSON.stringify(ids.slice(-limit)));
      else localStorage.removeItem(key);
    } catch {
      // The failure is shown again after a reload. Nothing else depends on it.
    }
  }

  return {
    read,
    add(ids) {
      if (ids.length > 0) write([...new Set([...read(), ...ids])]);
    },
    remove(id) {
      const ids = read();
      if (ids.includes(id)) write(ids.filter(one => one !== id));
    },
  };
}
