import type { ClientGeneration, GenerationClient } from '../../machines/client/client.types.js';
import { type Dismissals, shownGeneration } from './generator-view.js';
import type { HiddenFailures } from './hidden-failures.js';

type Client<TOutput, TItem> = Pick<GenerationClient<never, TOutput, TItem>, 'getSnapshot' | 'send'>;
type AnyGeneration = ClientGeneration<unknown, unknown>;

/** What the user of this page has done with the generations of its client. A reload forgets all but the hidden failures. */
export type GeneratorSession<TOutput, TItem> = Dismissals & {
  readonly hidden: Set<string>;
  readonly stopped: Set<string>;
  /** Generations that this page has submitted. */
  readonly submitted: Set<string>;
  readonly find: (id: string) => ClientGeneration<TOutput, TItem> | undefined;
  /** The generations of the client, the one that this page saw last first. */
  readonly newestFirst: () => readonly ClientGeneration<TOutput, TItem>[];
  /** The one generation that the page is about. */
  readonly shown: () => ClientGeneration<unknown, TItem> | undefined;
  /** This page has submitted it, and the backend has not answered yet. */
  readonly isUnanswered: (generation: AnyGeneration) => boolean;
  /** The client starts: what was hidden before a reload stays hidden. */
  readonly onStart: () => void;
  readonly hideEnded: () => void;
  /** Hides the failures that came before a generation that has made an item, also after a reload. */
  readonly hideFailuresBefore: (id: string) => void;
  /** Shows a generation again. */
  readonly unhide: (id: string) => void;
  /** Reads the job of a generation once it is followed again. */
  readonly checkOnceFollowed: (id: string) => void;
  /** The client has changed. */
  readonly onChange: () => void;
};

const isFollowedHere = ({ status, isFollowedElsewhere }: AnyGeneration): boolean =>
  !isFollowedElsewhere && (status === 'connecting' || status === 'streaming' || status === 'polling');

export function generatorSession<TOutput, TItem>(
  { getSnapshot, send }: Client<TOutput, TItem>,
  hiddenFailures: HiddenFailures,
): GeneratorSession<TOutput, TItem> {
  const hidden = new Set<string>();
  const stopped = new Set<string>();
  const submitted = new Set<string>();
  /** A number for each generation, higher for one that this page saw later. The clock may be set between two of them. */
  const seen = new Map<string, number>();
  let seenCount = 0;
  let checkedOnceFollowed: string | undefined;

  const find = (id: string) => getSnapshot().generations.find(generation => generation.id === id);

  function newestFirst() {
    const { generations } = getSnapshot();
    // What is seen for the first time at the same moment keeps the client's order.
    for (const { id } of [...generations].reverse()) {
      if (!seen.has(id)) seen.set(id, ++seenCount);
    }
    const rank = ({ id }: { readonly id: string }) => seen.get(id) ?? 0;
    return [...generations].sort((a, b) => rank(b) - rank(a));
  }

  return {
    hidden,
    stopped,
    submitted,
    find,
    newestFirst,
    shown: () => shownGeneration(newestFirst(), { hidden, stopped }),
    isUnanswered: ({ id, isRunning, job }) => submitted.has(id) && isRunning && !job,
    onStart() {
      for (const id of hiddenFailures.read()) hidden.add(id);
    },
    hideEnded() {
      for (const { id, isRunning } of getSnapshot().generations) if (!isRunning) hidden.add(id);
    },
    hideFailuresBefore(id) {
      const generations = newestFirst();
      const older = generations.slice(generations.findIndex(generation => generation.id === id) + 1);
      const failures = older.filter(({ status }) => status === 'failed').map(generation => generation.id);
      for (const failure of failures) hidden.add(failure);
      hiddenFailures.add(failures);
    },
    unhide(id) {
      hidden.delete(id);
      hiddenFailures.remove(id);
    },
    checkOnceFollowed(id) {
      checkedOnceFollowed = id;
    },
    onChange() {
      newestFirst();
      const generation = checkedOnceFollowed === undefined ? undefined : find(checkedOnceFollowed);
      if (!generation || !isFollowedHere(generation)) return;
      checkedOnceFollowed = undefined;
      send({ type: 'CHECK', id: generation.id });
    },
  };
}
