import type { StoredGeneration, StoredItem } from '../../../machines/client/client.port.js';
import { completenessOf } from '../completeness.js';
import { type GalleryState, insertItems, markKnown, removeItems } from '../gallery-state.js';
import { mergedVersions } from '../merged-item.js';
import { type GenerationsState, hasSameJson, putGeneration, withoutDeleted } from './generations-state.js';
import { type OwnWrites, replay, toSeenText } from './own-writes.js';

/** All that a {@link localStore} holds at one moment. */
export type StoreState<TItem extends StoredItem> = {
  readonly gallery: GalleryState<TItem>;
  readonly generations: GenerationsState;
};

/**
 * Merges what another tab has written, and this tab may have overwritten, into this tab's state. What was removed stays
 * removed, and the newer or more complete version wins. So it does no harm to merge an old state, or the same one again.
 */
export function mergeStates<TItem extends StoredItem>(
  ours: StoreState<TItem>,
  theirs: StoreState<TItem>,
  limit: number,
  ownWrites: Map<string, OwnWrites>,
): StoreState<TItem> {
  return {
    gallery: mergeGalleries(ours.gallery, theirs.gallery, limit),
    generations: mergeGenerations(ours.generations, theirs.generations, ownWrites),
  };
}

function mergeGalleries<TItem extends StoredItem>(
  ours: GalleryState<TItem>,
  theirs: GalleryState<TItem>,
  limit: number,
): GalleryState<TItem> {
  const unseenRemovals = theirs.tombstones.removed.filter(id => !ours.tombstones.removed.includes(id));
  const remaining = removeItems(ours, unseenRemovals, limit);
  const evicted = [...new Set([...ours.tombstones.evicted, ...theirs.tombstones.evicted])];
  const tombstones = { removed: remaining.tombstones.removed, evicted };
  const merged = insertItems({ ...remaining, tombstones }, theirs.items, limit, mergedVersions);
  const unseenKnownIds = theirs.known.filter(id => !ours.known.includes(id));
  return markKnown(merged, unseenKnownIds);
}

function mergeGenerations(
  ours: GenerationsState,
  theirs: GenerationsState,
  ownWrites: Map<string, OwnWrites>,
): GenerationsState {
  const tombstones = new Map([...theirs.tombstones, ...ours.tombstones]);
  let merged = withoutDeleted({ byId: ours.byId, tombstones });
  for (const [id, theirVersion] of withoutDeleted({ byId: theirs.byId, tombstones: merged.tombstones }).byId) {
    const ourVersion = merged.byId.get(id);
    if (hasSameJson(ourVersion, theirVersion)) continue;
    const own = ownWrites.get(id);
    if (own && isOverwriteOf(theirVersion, ourVersion, own)) {
      const replayed = replay(own, theirVersion);
      merged = putGeneration(merged, id, replayed);
      const seenTexts = [...own.seenTexts, toSeenText(theirVersion), toSeenText(replayed)];
      ownWrites.set(id, { ...own, latest: replayed, seenTexts });
    } else if (isNewer(theirVersion, ourVersion)) merged = putGeneration(merged, id, theirVersion);
  }
  return merged;
}

/** Whether our version is what this tab has written, and was written without having seen theirs. */
function isOverwriteOf(
  theirVersion: StoredGeneration,
  ourVersion: StoredGeneration | undefined,
  own: OwnWrites,
): boolean {
  return (
    hasSameJson(ourVersion, own.latest) &&
    theirVersion.updatedAt >= own.baseUpdatedAt &&
    !own.seenTexts.includes(toSeenText(theirVersion))
  );
}

/** Of two versions of the same millisecond, the more complete one counts as newer. */
function isNewer(version: StoredGeneration, other: StoredGeneration | undefined): boolean {
  if (!other) return true;
  if (version.updatedAt !== other.updatedAt) return version.updatedAt > other.updatedAt;
  return completenessOf(version) > completenessOf(other);
}
