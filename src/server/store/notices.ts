import type { StoredJobNotice } from './job-store.js';
import { createListeners } from './listeners.js';

/** The listeners of a store. */
export function createNotices() {
  const listeners = createListeners<StoredJobNotice>();
  return {
    get isEmpty() {
      return listeners.isEmpty;
    },
    add: listeners.add,
    tell({ id, userId, backend, version }: StoredJobNotice): void {
      listeners.tell({ id, userId, backend, version });
    },
  };
}
