import type { Environment, EnvironmentEvent } from '../../machines/environment.js';

/**
 * The environment of a page: its visibility, its page lifecycle and the browser's idea of being online. Safe to make
 * where there is no window; it looks for one when it is asked.
 *
 * @see https://html.spec.whatwg.org/multipage/document-lifecycle.html and https://wicg.github.io/page-lifecycle/
 * @example
 * createGenerationMachine(adapter, { environment: browserEnvironment() });
 */
export function browserEnvironment(): Environment {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    // Absent outside of a page; only an explicit `false` means offline.
    isOnline: () => typeof navigator === 'undefined' || navigator.onLine !== false,
    subscribe: listener => {
      if (typeof document === 'undefined') return () => {};
      const controller = new AbortController();
      let isAsleep = false;
      const on = (target: EventTarget, type: string, fact: () => EnvironmentEvent | undefined) =>
        target.addEventListener(
          type,
          () => {
            const told = fact();
            // A network that comes back does not wake a page.
            if (!told || (isAsleep && told !== 'woke')) return;
            isAsleep = told === 'asleep';
            listener(told);
          },
          { signal: controller.signal },
        );
      on(window, 'online', () => 'online');
      on(window, 'offline', () => 'offline');
      on(window, 'pagehide', () => 'asleep');
      on(window, 'pageshow', () => 'woke');
      on(document, 'freeze', () => 'asleep');
      on(document, 'resume', () => 'woke');
      on(document, 'visibilitychange', () => (document.visibilityState === 'visible' ? 'woke' : undefined));
      return () => controller.abort();
    },
  };
}
