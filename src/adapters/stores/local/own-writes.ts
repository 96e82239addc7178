import type { StoredGeneration } from '../../../machines/client/client.port.js';
import type { GenerationChange } from './generations-state.js';

/** This tab's recent writes of one generation, kept so that they can be replayed onto another tab's version. */
export type OwnWrites = {
  /** The version that this tab has written last. */
  readonly latest: StoredGeneration | undefined;
  /** The `updatedAt` of the version to which the last change was applied; `-Infinity` if there was none. */
  readonly baseUpdatedAt: number;
  /** Every version that this tab has seen, as JSON text. */
  readonly seenTexts: readonly string[];
  readonly changes: readonly {
    /** In ms since the epoch. */
    readonly at: number;
    readonly isCreation: boolean;
    readonly change: GenerationChange;
  }[];
};

/** Longer than it takes until the other tabs see a write to the storage. */
const recentMs = 500;

const maxSeenTexts = 50;

export const toSeenText = (generation: StoredGeneration | undefined) => JSON.stringify(generation) ?? '';

/** Adds a write, by which `before` became `after`, to the earlier ones. */
export function addWrite(
  earlier: OwnWrites | undefined,
  before: StoredGeneration | undefined,
  after: StoredGeneration | undefined,
  change: GenerationChange,
): OwnWrites {
  const at = Date.now();
  const recent = (earlier?.changes ?? []).filter(one => at - one.at < recentMs);
  return {
    latest: after,
    baseUpdatedAt: before?.updatedAt ?? -Infinity,
    seenTexts: [...(earlier?.seenTexts ?? []), toSeenText(before), toSeenText(after)].slice(-maxSeenTexts),
    changes: [...recent, { at, isCreation: before === undefined, change }],
  };
}

/** Applies this tab's recent changes to another version. A generation that exists is not created again. */
export function replay({ changes }: OwnWrites, generation: StoredGeneration | undefined): StoredGeneration | undefined {
  return changes.reduce(
    (current, { isCreation, change }) => (isCreation && current ? current : change(current)),
    generation,
  );
}
