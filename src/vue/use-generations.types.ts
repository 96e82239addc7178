import type { ShallowRef } from 'vue';
import type { GenerationClientCommands } from '../bindings/client-binding.types.js';
import type { ClientView } from '../machines/client/client.types.js';
import type { ComputedMembers } from './computed-members.js';

/** A client in a component: each member of its view as a ref, and its commands. */
export interface UseGenerationsReturn<TInput, TOutput, TItem>
  extends ComputedMembers<ClientView<TOutput, TItem>>,
    GenerationClientCommands<TInput, TOutput, TItem> {
  /**
   * The whole view as one value. Immutable; a new object per change, in which unchanged parts stay the same objects.
   */
  readonly view: Readonly<ShallowRef<ClientView<TOutput, TItem>>>;
}
