/**
 * Makes one call with a signal that is aborted with another one, or after a time. The call ends by its signal, so that what it says about
 * money is its own. (`AbortSignal.any` is of 2023.)
 */
export async function withinTime<TAnswer>(
  ms: number,
  parent: AbortSignal | undefined,
  make: (signal: AbortSignal) => Promise<TAnswer>,
): Promise<TAnswer> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, ms);
  parent?.addEventListener('abort', abort);
  if (parent?.aborted) abort();
  try {
    return await make(controller.signal);
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener('abort', abort);
  }
}
