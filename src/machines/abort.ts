/** Why a signal was aborted. Signals have `reason` and `throwIfAborted` since 2022 (Safari 15.4). */
export const abortReasonOf = (signal: AbortSignal): unknown =>
  'reason' in signal
    ? signal.reason
    : Object.assign(new Error('The signal was aborted, which this platform gives no reason for.'), {
        name: 'AbortError',
      });

/** Throws the reason of a signal that was aborted. */
export function throwIfAborted(signal: AbortSignal | null | undefined): void {
  if (signal?.aborted) throw abortReasonOf(signal);
}
