import { copyOf } from '../input.js';
import { ignoreRejection } from '../isolated.js';
import { isObject } from '../json.js';
import type { StoredItem } from './client.port.js';
import type { GalleryItem, ItemSource } from './client.types.js';
import { itemIdOf } from './item-id.js';

const isPromise = (value: unknown): boolean => typeof Object(value).then === 'function';

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (isPromise(value)) return 'a promise';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
};

/**
 * The drafts as plain data: what is read of them once is read never again, so it cannot throw later.
 *
 * @throws TypeError that says what is wrong with what `toItems` returned
 */
function checkedDrafts<TDraft extends object>(returned: readonly TDraft[]): readonly TDraft[] {
  if (!Array.isArray(returned)) {
    ignoreRejection(returned);
    throw new TypeError(`It must return a list of items, and returned ${kindOf(returned)}.`);
  }
  const drafts = copyOf(returned) as readonly TDraft[];
  // An async function makes each of them.
  for (const draft of drafts) ignoreRejection(draft);
  const strange = drafts.findIndex(draft => !isObject(draft) || isPromise(draft));
  if (strange >= 0)
    throw new TypeError(`Item ${strange} of its list must be an object, and is ${kindOf(drafts[strange])}.`);
  // What is not JSON could not be stored or compared.
  JSON.stringify(drafts);
  return drafts;
}

/**
 * The items of a generation, as the gallery holds them.
 *
 * @throws TypeError if `toItems` returned no list of items
 */
export const toGalleryItems = <TDraft extends object>(
  drafts: readonly TDraft[],
  generationId: string,
  expiresAt: number | undefined,
  renewFrom: ItemSource,
): readonly GalleryItem<TDraft>[] =>
  checkedDrafts(drafts).map((draft, index) => ({
    ...(expiresAt !== undefined && { expiresAt }),
    ...draft,
    id: itemIdOf(generationId, index),
    generationId,
    renewFrom,
  }));

/**
 * Whether an item's URLs have stopped working. Always `false` if the backend reports no expiry.
 *
 * @param now in ms since the epoch
 * @example
 * const { items } = pictures.getSnapshot();
 * for (const item of items) if (isExpired(item, Date.now())) void pictures.renew(item.id);
 */
export const isExpired = (
  { expiresAt }: StoredItem & { readonly expiresAt?: number | undefined },
  now: number,
): boolean => expiresAt !== undefined && expiresAt <= now;
