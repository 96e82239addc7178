import { describeValue } from '../described.js';
import { copyOf } from '../input.js';
import { attempt } from '../isolated.js';
import { isObject } from '../json.js';
import { toHistories } from '../reads/duration-histories.js';
import { warn } from '../warning.js';
import type { GenerationStore, StoredGeneration, StoredItem, UpsertResult } from './client.port.js';

/** The id is enough to find it again. Anything else that is wrong makes one generation fail, and not the client. */
const isStored = (found: StoredGeneration | null | undefined) =>
  attempt(() => typeof found?.token?.id === 'string') ?? false;
const isItem = (found: StoredItem | null | undefined) => typeof found?.id === 'string';

/** An item whose members are read once: one that throws at a later reading would stop every step of the client. */
const toItem = <TItem extends StoredItem>(found: TItem): TItem | undefined =>
  attempt(() => ({ ...found, ...('renewFrom' in found && { renewFrom: copyOf(found['renewFrom']) }) }));

const upsertResults: readonly unknown[] = ['added', 'known', 'removed'] satisfies readonly UpsertResult[];

const storeCalls = [
  'readGenerations',
  'updateGeneration',
  'readItems',
  'upsertItems',
  'removeItems',
  'clearItems',
  'watch',
];

/** @throws TypeError for what is no store */
export function assertStore(client: string, store: unknown): void {
  const missing = storeCalls.filter(call => !isObject(store) || typeof store[call] !== 'function');
  if (missing.length === 0) return;
  const found =
    typeof store === 'function'
      ? `a function. Call it: ${store.name || 'store'}({ … })`
      : isObject(store)
        ? `one without ${missing.join(', ')}`
        : `${describeValue(store)}. Pass localStore({ key: "${client}" }), or memoryStore() to keep nothing`;
  throw new TypeError(`Client "${client}": the option store must be a store. It got ${found}.`);
}

/** A store whose answers are checked. Where a user's store keeps no durations, it knows none. */
export type CheckedStore<TItem extends StoredItem> = GenerationStore<TItem> &
  Required<Pick<GenerationStore<TItem>, 'readHistories' | 'updateHistory'>>;

/**
 * A user's store, held to its type. A call that resolves to another type counts as failed. Entries of another type in a
 * list are left out, so that they do not hide the others.
 */
export function checkedStore<TItem extends StoredItem>(store: GenerationStore<TItem>): CheckedStore<TItem> {
  const check = <TAnswer>(call: string, isValid: boolean, answer: TAnswer): TAnswer => {
    if (isValid) return answer;
    const text = `The store's ${call} resolved to a value that the type GenerationStore does not allow. The call counts as failed: correct the store.`;
    warn(text);
    throw TypeError(text);
  };
  const list = async <TEntry>(call: string, answer: Promise<readonly TEntry[]>) =>
    check(call, Array.isArray(await answer), await answer);

  return {
    readGenerations: async () => (await list('readGenerations', store.readGenerations())).filter(isStored),
    readItems: async limit =>
      (await list('readItems', store.readItems(limit))).flatMap(found => toItem(found) ?? []).filter(isItem),
    async updateGeneration(id, change) {
      const stored = await store.updateGeneration(id, found => change(isStored(found) ? found : undefined));
      // A store may say null for undefined.
      return check('updateGeneration', !stored || isStored(stored), stored) || undefined;
    },
    async upsertItems(items) {
      const results = await list('upsertItems', store.upsertItems(items));
      const isAnswered = items.every((_, index) => upsertResults.includes(results[index]));
      return check('upsertItems', isAnswered, results);
    },
    removeItems: ids => store.removeItems(ids),
    clearItems: () => list('clearItems', store.clearItems()),
    watch: onChange => store.watch(onChange),
    async readHistories() {
      const given: unknown = await store.readHistories?.();
      const histories = toHistories(given);
      if (Object.keys(histories).length !== Object.keys(Object(given)).length) {
        warn(
          "The store's readHistories resolved to durations that cannot be read. They are left out, and learned again: correct the store.",
        );
      }
      return histories;
    },
    async updateHistory(key, change) {
      await store.updateHistory?.(key, change);
    },
  };
}
