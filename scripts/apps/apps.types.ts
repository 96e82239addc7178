/** One app, in a folder of its own. A step that throws has failed. */
export type App = {
  readonly name: string;
  /** What it does not do here, and why. The table says it. */
  readonly note?: string | undefined;
  /** Writes its files. Nothing is installed yet. */
  open(): {
    install(): void;
    /** Builds it, and checks its types. Absent where nothing is built. */
    build?(): void;
    /** Does in it what a person does, or what a script does. */
    click(): Promise<void> | void;
    remove(): void;
  };
};
