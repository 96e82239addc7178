import { callIsolated } from '../../bindings/call-isolated.js';
import type { GeneratorNotice, GeneratorOptions } from './generator.types.js';

/** A mounted component. Its options are replaced with each render. */
type GeneratorComponent<TItem> = { readonly options: GeneratorOptions<TItem> };

/** The components that are mounted, and what they are notified of. */
export type GeneratorComponents<TItem> = {
  /** Adds a component, until the returned function is called. */
  readonly join: (component: GeneratorComponent<TItem>) => () => void;
  /** Notifies the newest component that has a `notify`. What is said of a result, a failure or the storage waits for one to mount. */
  readonly notify: (notice: GeneratorNotice<TItem>) => void;
  /** `fetch` and `headers` of the newest component that has any; the last ones, once it has unmounted. */
  readonly requestOptions: () => Pick<GeneratorOptions<TItem>, 'fetch' | 'headers'>;
};

const waitingTypes: ReadonlySet<GeneratorNotice<never>['type']> = new Set([
  'generation.completed',
  'generation.failed',
  'storage.failed',
  'storage.set-aside',
]);

export function generatorComponents<TItem>(): GeneratorComponents<TItem> {
  const components: GeneratorComponent<TItem>[] = [];
  let pendingNotices: GeneratorNotice<TItem>[] = [];
  let requestOptions: GeneratorOptions<TItem> = {};

  const newestWith = (has: (component: GeneratorComponent<TItem>) => unknown) => components.filter(has).pop();

  function notify(notice: GeneratorNotice<TItem>): void {
    if (components.length > 0) {
      const newest = newestWith(({ options }) => options.notify);
      callIsolated(() => newest?.options.notify?.(notice));
    } else if (waitingTypes.has(notice.type)) {
      pendingNotices.push(notice);
    }
  }

  return {
    notify,
    join(component) {
      components.push(component);
      const notices = pendingNotices;
      pendingNotices = [];
      for (const notice of notices) notify(notice);
      return () => {
        components.splice(components.indexOf(component), 1);
      };
    },
    requestOptions() {
      const newest = newestWith(({ options: { fetch, headers } }) => fetch ?? headers);
      if (newest) requestOptions = newest.options;
      return requestOptions;
    },
  };
}
