import type { GalleryItem, ItemSource } from './client.types.js';
import { itemIdOf } from './item-id.js';

/** The items of a generation, as the gallery holds them. */
export const toGalleryItems = <TDraft extends object>(
  drafts: readonly TDraft[],
  generationId: string,
  expiresAt: number | undefined,
  renewFrom: ItemSource,
): readonly GalleryItem<TDraft>[] =>
  drafts.map((draft, index) => ({
    ...(expiresAt !== undefined && { expiresAt }),
    ...draft,
    id: itemIdOf(generationId, index),
    generationId,
    renewFrom,
  }));
