import type { GenerationClientCommands } from '../bindings/client-binding.types.js';
import type { ClientView } from '../machines/client/client.types.js';

/** A client in a component: what it shows, as a store, and what can be done with it. Do not destructure what it shows. */
export interface UseGenerationsReturn<TInput, TOutput, TItem>
  extends ClientView<TOutput, TItem>,
    GenerationClientCommands<TInput, TOutput, TItem> {}
