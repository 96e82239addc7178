import * as machines from 'generation-lifecycle';
import * as adapters from 'generation-lifecycle/adapters';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createActor } from 'xstate';

declare global {
  /** The adapters and the machines, in a page of {@link tabs}. */
  var lifecycle: typeof adapters &
    typeof machines & { readonly createActor: typeof createActor; readonly remoteBackend: typeof remoteBackend };
}

globalThis.lifecycle = { ...adapters, ...machines, createActor, remoteBackend };
