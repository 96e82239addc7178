import type { StoredGeneration } from '../../../machines/client/client.port.js';

/** The generations of a store, by id. */
export type GenerationsState = {
  readonly byId: ReadonlyMap<string, StoredGeneration>;
  /** The generations that were deleted lately: the `updatedAt` of the version that was deleted. */
  readonly tombstones: ReadonlyMap<string, number>;
};

export type GenerationChange = (generation: StoredGeneration | undefined) => StoredGeneration | undefined;

const maxTombstones = 200;

/** Whether two values are the same JSON, with their members in the same order. */
export const hasSameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Stores a generation, or deletes it. */
export function putGeneration(
  state: GenerationsState,
  id: string,
  generation: StoredGeneration | undefined,
): GenerationsState {
  const existing = state.byId.get(id);
  if (!generation && !existing) return state;
  const byId = new Map(state.byId);
  const tombstones = new Map(state.tombstones);
  byId.delete(id);
  tombstones.delete(id);
  if (generation) byId.set(id, generation);
  else if (existing) tombstones.set(id, existing.updatedAt);
  return { byId, tombstones: new Map([...tombstones].slice(-maxTombstones)) };
}

/** Leaves out deleted generations that another tab, which did not know of the deletion, has written again. */
export function withoutDeleted({ byId, tombstones }: GenerationsState): GenerationsState {
  const remaining = [...byId].filter(([id, { updatedAt }]) => updatedAt > (tombstones.get(id) ?? -Infinity));
  return { byId: new Map(remaining), tombstones };
}
