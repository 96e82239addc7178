import * as adapters from 'generation-lifecycle/adapters';

declare global {
  /** The adapters, in a page of {@link tabs}. */
  var lifecycle: typeof adapters;
}

globalThis.lifecycle = adapters;
