/** Calls a callback of the page. An error that it throws is reported as an uncaught error, and has no effect here. */
export function callIsolated(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
