/** Listens until the signal is aborted. Listeners have an option for that since 2021 (Safari 15), which older browsers ignore. */
export function listenUntil(signal: AbortSignal, target: EventTarget, type: string, act: () => void): void {
  target.addEventListener(type, act);
  signal.addEventListener('abort', () => target.removeEventListener(type, act));
}
