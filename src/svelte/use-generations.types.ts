import type { Readable } from 'svelte/store';
import type { GenerationClientCommands } from '../bindings/client-binding.types.js';
import type { ClientView } from '../machines/client/client.types.js';

/**
 * A client in a component: its view as reactive members, and its commands. Do not destructure the view. It is also a
 * store with the view: `$pictures.items`.
 */
export interface UseGenerationsReturn<TInput, TOutput, TItem>
  extends ClientView<TOutput, TItem>,
    GenerationClientCommands<TInput, TOutput, TItem>,
    Readable<ClientView<TOutput, TItem>> {}
