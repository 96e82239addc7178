import type { JsonValue } from '../generation/generation.port.js';
import type { GenerationStore, StoredItem, UpsertResult } from './client.port.js';
import type { GalleryItem } from './client.types.js';

/** Nothing has this member. Its name is what the compiler says of a value that is not JSON. */
type NotJson = { readonly 'not JSON: use a text, a number, a boolean, null, an array or a plain object': never };

/**
 * The type itself where it is JSON, and a sentence where it is not. A check by members, because an interface has no index
 * signature and is no `JsonObject`. A member may be `undefined`, which counts as absent; an element of an array may not.
 */
type CheckedJson<TValue> = TValue extends JsonValue
  ? TValue
  : TValue extends ((...parameters: never) => unknown) | { readonly toJSON: unknown }
    ? NotJson
    : TValue extends readonly unknown[]
      ? { readonly [index in keyof TValue]: CheckedJson<TValue[index]> }
      : TValue extends object
        ? { readonly [name in keyof TValue]: CheckedMember<TValue[name]> }
        : NotJson;

type CheckedMember<TMember> = TMember extends undefined ? TMember : CheckedJson<TMember>;

/** What `toItems` may return for an item: the draft if all its members are JSON, else a type that says which one is not. */
export type ItemDraft<TDraft extends object> = TDraft & CheckedJson<NoInfer<TDraft>>;

/** A store of any items: `upsertItems` is a method here, and methods are not compared by what they take. */
type AnyStore = Omit<GenerationStore<StoredItem>, 'upsertItems' | 'withScope'> & {
  withScope?(scope: string): AnyStore;
  upsertItems(items: readonly StoredItem[]): Promise<readonly UpsertResult[]>;
};

/**
 * The stores of a client's items: one of exactly these items, and one whose items have no type yet, as in
 * `localStore({ key })`. The compiler looks at the options twice. The first time it does not know what `toItems` returns,
 * and `TDraft` is `object`: every store has to do then, as it has where `toItems` returns nothing.
 */
export type StoreOf<TDraft extends object> =
  | GenerationStore<GalleryItem<TDraft>>
  | ([object] extends [TDraft] ? AnyStore : [TDraft] extends [never] ? AnyStore : GenerationStore<StoredItem>);
