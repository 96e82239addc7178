import type { Environment, EnvironmentEvent } from '../../machines/environment.js';
import { steadyClock } from '../../machines/steady-clock.js';
import { listenUntil } from './listen.js';

/**
 * The environment of a page: a steady clock that ignores changes of the device's clock, the online state, and whether
 * the page is visible, hidden or frozen. Without a window, such as on a server, it reports an online page and no
 * events.
 *
 * @see https://html.spec.whatwg.org/multipage/document-lifecycle.html and https://wicg.github.io/page-lifecycle/
 * @example
 * createGenerationMachine(adapter, { environment: browserEnvironment() });
 */
export function browserEnvironment(): Environment {
  return {
    now: steadyClock(),
    random: () => Math.random(),
    // `onLine` is absent outside a page. Only `false` means offline.
    isOnline: () => typeof navigator === 'undefined' || navigator.onLine !== false,
    subscribe: listener => {
      if (typeof document === 'undefined') return () => {};
      const controller = new AbortController();
      const { signal } = controller;
      let isAsleep = false;
      const listen = (target: EventTarget, type: string, toEvent: () => EnvironmentEvent | undefined) => {
        const onEvent = () => {
          const event = toEvent();
          // A page that sleeps only reports that it wakes up. A network that returns does not wake it.
          if (!event || (isAsleep && event !== 'woke')) return;
          isAsleep = event === 'asleep';
          listener(event);
        };
        listenUntil(signal, target, type, onEvent);
      };
      listen(window, 'online', () => 'online');
      listen(window, 'offline', () => 'offline');
      listen(window, 'pagehide', () => 'asleep');
      listen(window, 'pageshow', () => 'woke');
      listen(document, 'freeze', () => 'asleep');
      listen(document, 'resume', () => 'woke');
      listen(document, 'visibilitychange', () => (document.visibilityState === 'visible' ? 'woke' : undefined));
      return () => controller.abort();
    },
  };
}
