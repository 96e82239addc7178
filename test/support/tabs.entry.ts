import * as machines from 'generation-lifecycle';
import * as adapters from 'generation-lifecycle/adapters';
import * as remote from 'generation-lifecycle/adapters/remote-backend';
import { createActor } from 'xstate';

declare global {
  /** The adapters and the machines, in a page of {@link tabs}. */
  var lifecycle: typeof adapters & typeof machines & typeof remote & { readonly createActor: typeof createActor };
}

globalThis.lifecycle = { ...adapters, ...machines, ...remote, createActor };
