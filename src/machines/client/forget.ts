import { type ActorOptions, type AnyActorLogic, type AnyStateMachine, createActor } from 'xstate';
import { type GenerationMeta, metaOf } from '../generation/generation.meta.js';
import { resolvePolicy } from '../generation/generation.policy.js';
import type { GenerationStore, StoredGeneration, StoredItem } from './client.port.js';
import type { ForgottenGeneration } from './client.types.js';
import type { LeftRuns } from './client-session.js';
import type { Running } from './forgetting.context.js';
import { createForgettingMachine } from './forgetting.machine.js';
import { isOfOrigin, originOf } from './ownership.js';
import { processClock } from './process-clock.js';

/** Erases all that a store holds. */
async function erase<TItem extends StoredItem>(store: GenerationStore<TItem>, stored: readonly StoredGeneration[]) {
  if (store.erase) return store.erase();
  await Promise.all(stored.map(({ token }) => store.updateGeneration(token.id, () => undefined)));
  await store.clearItems();
}

type ForgetOptions<TItem extends StoredItem> = {
  readonly store: GenerationStore<TItem>;
  readonly name: string;
  readonly generation: AnyStateMachine;
  readonly clock: ActorOptions<AnyActorLogic>['clock'] | undefined;
  /** What runs in this page, and may not be stored. */
  readonly running: readonly Running[];
  readonly left: Promise<LeftRuns>;
  readonly isCancelled: boolean;
};

/**
 * Erases all that a store holds, and tells what still runs at the backend.
 *
 * @returns `erased` resolves when the store is erased; `forgotten` when the backend has answered, and rejects if the store
 *   could not be erased
 */
export function forgetAll<TItem extends StoredItem>({
  store,
  name,
  generation,
  clock,
  running,
  left,
  isCancelled,
}: ForgetOptions<TItem>): {
  readonly erased: Promise<void>;
  readonly forgotten: Promise<readonly ForgottenGeneration[]>;
} {
  const meta: Partial<GenerationMeta<never, unknown>> = metaOf(generation) ?? {};
  const { adapter, policy = resolvePolicy() } = meta;
  const owner = { name, origin: adapter && originOf(adapter) };
  const machine = createForgettingMachine({
    adapter: isCancelled ? adapter : undefined,
    requestTimeoutMs: policy.requestTimeoutMs,
    read: async () => store.readGenerations(),
    isForeign: one => !isOfOrigin(one, owner),
    erase: async stored => erase(store, stored),
    left,
  });
  const actor = createActor(machine, { input: running, clock: clock ?? processClock() });
  const erased = new Promise<void>(resolve => {
    actor.subscribe(snapshot => {
      if (snapshot.hasTag('erased') || snapshot.status !== 'active') resolve();
    });
  });
  const forgotten = new Promise<readonly ForgottenGeneration[]>((resolve, reject) => {
    actor.subscribe({
      complete: () => {
        const { output = [], context, value } = actor.getSnapshot();
        if (value === 'failed') reject(context.error);
        else resolve(output);
      },
      error: reject,
    });
  });
  actor.start();
  return { erased, forgotten };
}
