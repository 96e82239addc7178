/** What a component shows. It changes outside of the framework. */
export type SnapshotSource<TSnapshot> = {
  /** Calls the listener after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The same object for as long as nothing changes. */
  readonly getSnapshot: () => TSnapshot;
  /** What a server renders, and what a page hydrates with. It never changes. */
  readonly getServerSnapshot: () => TSnapshot;
};
