import type { GenerationClientCommands } from '../bindings/client-binding.types.js';
import type { ClientView } from '../machines/client/client.types.js';

/** A client in a component: its view as a store, and its commands. Do not destructure the view. */
export interface UseGenerationsReturn<TInput, TOutput, TItem>
  extends ClientView<TOutput, TItem>,
    GenerationClientCommands<TInput, TOutput, TItem> {}
