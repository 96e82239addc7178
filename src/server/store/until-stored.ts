const firstWaitMs = 100;
const longestWaitMs = 5_000;
/** A database that restarts or moves is back long before. */
const patienceMs = 300_000;

/**
 * Calls a store until it answers: what a vendor has said about money is in this process only, so a store that is away for a moment must not lose
 * it. The call has to be one that may be made again.
 *
 * @throws what the store threw last, after 5 min
 */
export async function untilStored<TAnswer>(
  call: () => Promise<TAnswer>,
  report: (error: unknown) => void,
): Promise<TAnswer> {
  const endsAt = Date.now() + patienceMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    try {
      return await call();
    } catch (error) {
      report(error);
      if (Date.now() + waitMs > endsAt) throw error;
      await new Promise(resolve => setTimeout(resolve, waitMs));
    }
  }
}
