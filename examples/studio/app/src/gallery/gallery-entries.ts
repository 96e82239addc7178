import type { FileKind } from 'generation-lifecycle/adapters';
import type { StudioGeneration } from '../clients/studio-client.js';
import { toDescription } from '../forms/description.js';
import type { StudioItem } from './gallery-item.js';

type Placed = {
  /** Of the tile: what is made takes the place of what ran. */
  readonly key: string;
  readonly kind: FileKind;
  /** When it was requested, in ms since the epoch. */
  readonly at: number;
};

/** A tile of the gallery. */
export type GalleryEntry =
  /** A generation that runs, waits, has failed or was cancelled. */
  | (Placed & { readonly is: 'generation'; readonly generation: StudioGeneration })
  /** The room of a further image of a batch that runs. */
  | (Placed & { readonly is: 'room'; readonly generation: StudioGeneration; readonly index: number })
  /** A result. */
  | (Placed & {
      readonly is: 'item';
      readonly item: StudioItem;
      /** The generation that has made it, as long as it is known. */
      readonly generation: StudioGeneration | undefined;
    });

type OfKind = {
  readonly kind: FileKind;
  readonly generations: readonly StudioGeneration[];
  readonly items: readonly StudioItem[];
};

/** What a completed generation could not make of what was asked for. */
export const missingIn = ({ status, output }: StudioGeneration) =>
  status === 'completed' ? (output?.failed ?? []) : [];

/** The tiles of both clients, newest first, each thing once. */
export const toEntries = (kinds: readonly OfKind[]): readonly GalleryEntry[] =>
  // The sort is stable, so the files of one generation keep their order.
  kinds.flatMap(entriesOf).sort((one, other) => other.at - one.at);

function entriesOf({ kind, generations, items }: OfKind): readonly GalleryEntry[] {
  const byId = new Map(generations.map(generation => [generation.id, generation]));
  const results = items.map((item): GalleryEntry => {
    const generation = byId.get(item.generationId ?? '');
    return { is: 'item', key: item.id, kind, at: item.requestedAt, item, generation };
  });
  return [...generations.flatMap(generation => tilesOf(kind, generation)), ...results];
}

function tilesOf(kind: FileKind, generation: StudioGeneration): readonly GalleryEntry[] {
  const { id, startedAt: at, status, isRunning, description } = generation;
  // Its results are its tiles.
  if (status === 'completed' && missingIn(generation).length === 0) return [];
  const key = status === 'completed' ? `${id} missing` : `${id}/0`;
  const own: GalleryEntry = { is: 'generation', key, kind, at, generation };
  const more = isRunning ? toDescription(description).count - 1 : 0;
  const rooms = Array.from({ length: more }, (_, index): GalleryEntry => {
    return { is: 'room', key: `${id}/${index + 1}`, kind, at, generation, index: index + 1 };
  });
  return [own, ...rooms];
}
