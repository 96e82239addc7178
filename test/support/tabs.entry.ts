import * as machines from 'generation-lifecycle';
import * as adapters from 'generation-lifecycle/adapters';
import { createActor } from 'xstate';

declare global {
  /** The adapters and the machines, in a page of {@link tabs}. */
  var lifecycle: typeof adapters & typeof machines & { readonly createActor: typeof createActor };
}

globalThis.lifecycle = { ...adapters, ...machines, createActor };
