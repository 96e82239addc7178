import type { Connection } from './connection.js';

/** Commits may become visible a little after the time that they have written. */
const overlapMs = 1_000;

type LookingOptions = {
  readonly now: () => number;
  readonly watchMs: number;
  /** Tells what has changed since then. */
  readonly look: (since: number) => Promise<void>;
};

/** Looks for what other processes have written, for as long as somebody listens. */
export function createLooking(connection: Connection, { now, watchMs, look }: LookingOptions) {
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    start(): void {
      if (timer !== undefined) return;
      let version: unknown;
      let since = now();
      let isLooking = false;
      const lookOnce = async () => {
        if (isLooking) return;
        isLooking = true;
        try {
          const { rows } = await connection.read('pragma data_version');
          const current: unknown = rows[0]?.['data_version'];
          if (version !== undefined && current !== version) {
            const from = since - overlapMs;
            since = now();
            await look(from);
          }
          version = current;
        } catch {
          // The next look finds it: nothing is lost, because what has changed stays so.
        } finally {
          isLooking = false;
        }
      };
      void lookOnce();
      timer = setInterval(() => void lookOnce(), watchMs);
    },
    stop(): void {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
