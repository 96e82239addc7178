import type { Readable } from 'svelte/store';
import type { GenerationClientCommands } from '../bindings/client-binding.types.js';
import type { ClientView } from '../machines/client/client.types.js';

/**
 * A client in a component: what it shows, as reactive members, and what can be done with it. Do not destructure what it shows.
 * It is also a store, whose value is what it shows: `$pictures.items`.
 */
export interface UseGenerationsReturn<TInput, TOutput, TItem>
  extends ClientView<TOutput, TItem>,
    GenerationClientCommands<TInput, TOutput, TItem>,
    Readable<ClientView<TOutput, TItem>> {}
