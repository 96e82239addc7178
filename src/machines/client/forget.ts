import type { AnyStateMachine } from 'xstate';
import { type GenerationMeta, metaOf } from '../generation/generation.meta.js';
import type { JobRef } from '../generation/generation.port.js';
import type { GenerationStore, StoredGeneration, StoredItem } from './client.port.js';
import type { ForgottenGeneration } from './client.types.js';
import { isOfOrigin, originOf } from './ownership.js';

/** As long as the client waits for any other call of the store. */
const readTimeoutMs = 2_000;

/** What runs, as far as this page or its store knows. */
type Running = { readonly id: string; readonly job: JobRef | undefined; readonly idempotencyKey: string };

/** The answer, or `undefined` if it does not come in time or is an error. */
async function withinTime<TAnswer>(
  ms: number,
  ask: (signal: AbortSignal) => Promise<TAnswer>,
): Promise<TAnswer | undefined> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([ask(controller.signal), timeout]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** Asks the backend to stop it. Resolves to whether the backend has answered. */
async function requestCancel(
  { adapter, policy }: GenerationMeta<never, unknown>,
  { job, idempotencyKey }: Running,
): Promise<boolean> {
  const answer = await withinTime(policy.requestTimeoutMs, async signal => {
    if (job && adapter.cancel) await adapter.cancel(job, { signal });
    else if (!job && adapter.cancelByKey) await adapter.cancelByKey(idempotencyKey, { signal });
    else return false;
    return true;
  });
  return answer ?? false;
}

/** Erases all that a store holds. */
async function erase<TItem extends StoredItem>(store: GenerationStore<TItem>, stored: readonly StoredGeneration[]) {
  if (store.erase) return store.erase();
  await Promise.all(stored.map(({ token }) => store.updateGeneration(token.id, () => undefined)));
  await store.clearItems();
}

/**
 * Erases all that a store holds, and tells what still runs at the backend.
 *
 * @param shown what runs in this page, and may not be stored
 */
export async function forgetAll<TItem extends StoredItem>(
  store: GenerationStore<TItem>,
  { name, generation }: { readonly name: string; readonly generation: AnyStateMachine },
  shown: readonly Running[],
  isCancelled: boolean,
): Promise<readonly ForgottenGeneration[]> {
  const stored = (await withinTime(readTimeoutMs, () => store.readGenerations())) ?? [];
  const meta = metaOf(generation);
  const owner = { name, origin: meta && originOf(meta.adapter) };
  const running = new Map(shown.map(one => [one.id, one]));
  const foreign = new Set(stored.filter(one => !isOfOrigin(one, owner)).map(({ token }) => token.id));
  for (const { token, ended, failure } of stored) {
    const { id, idempotencyKey } = token;
    const job = token.job ?? running.get(id)?.job;
    if (!ended && !failure) running.set(id, { id, job, idempotencyKey });
  }
  const all = [...running.values()];
  const answers = await Promise.all(
    all.map(one => (isCancelled && meta && !foreign.has(one.id) ? requestCancel(meta, one) : false)),
  );
  await erase(store, stored);
  return all.map(({ id, job }, index) => ({
    id,
    job,
    charged: job ? 'yes' : 'maybe',
    isCancelRequested: answers[index] === true,
  }));
}
