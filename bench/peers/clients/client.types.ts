/** What a client gets to follow one job. */
type Following = {
  /** The backend. */
  readonly url: string;
  /** The job's key, and its prompt. */
  readonly key: string;
  /** About how long the job takes, as everybody knows who has seen a few of its kind. */
  readonly classMs: number;
  /** Aborted when the user stops the job. */
  readonly signal: AbortSignal;
  /** The app has got a result. */
  readonly deliver: (url: string) => void;
};

/** Starts a job and follows it, as the documentation of the client says. Resolves or rejects when the client has ended. */
export type Follow = (following: Following) => Promise<unknown>;
