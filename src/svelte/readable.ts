import { type Readable, toStore } from 'svelte/store';

/** What a function reads, as a store: `$value` in a component. */
export const toReadable = <T>(read: () => T): Readable<T> => ({
  subscribe: (run, invalidate) => toStore(read).subscribe(run, invalidate),
});
