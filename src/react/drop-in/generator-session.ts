import type { ClientGeneration, GenerationClient } from '../../machines/client/client.types.js';
import { type Dismissals, shownGeneration } from './generator-view.js';

type Client<TOutput, TItem> = Pick<GenerationClient<never, TOutput, TItem>, 'getSnapshot' | 'send'>;
type AnyGeneration = ClientGeneration<unknown, unknown>;

/** What the user of this page has done with the generations of its client. A reload forgets it. */
export type GeneratorSession<TOutput, TItem> = Dismissals & {
  readonly hidden: Set<string>;
  readonly stopped: Set<string>;
  /** Generations that this page has submitted. */
  readonly submitted: Set<string>;
  readonly find: (id: string) => ClientGeneration<TOutput, TItem> | undefined;
  /** The one generation that the page is about. */
  readonly shown: () => ClientGeneration<unknown, TItem> | undefined;
  /** This page has submitted it, and the backend has not answered yet. */
  readonly isUnanswered: (generation: AnyGeneration) => boolean;
  readonly hideEnded: () => void;
  /** Reads the job of a generation once it is followed again. */
  readonly checkOnceFollowed: (id: string) => void;
  /** The client has changed. */
  readonly onChange: () => void;
};

const isFollowedHere = ({ status, isFollowedElsewhere }: AnyGeneration): boolean =>
  !isFollowedElsewhere && (status === 'connecting' || status === 'streaming' || status === 'polling');

export function generatorSession<TOutput, TItem extends { readonly timestamp: number }>({
  getSnapshot,
  send,
}: Client<TOutput, TItem>): GeneratorSession<TOutput, TItem> {
  const hidden = new Set<string>();
  const stopped = new Set<string>();
  const submitted = new Set<string>();
  let checkedOnceFollowed: string | undefined;

  const find = (id: string) => getSnapshot().generations.find(generation => generation.id === id);

  return {
    hidden,
    stopped,
    submitted,
    find,
    shown: () => shownGeneration(getSnapshot(), { hidden, stopped }),
    isUnanswered: ({ id, isRunning, job }) => submitted.has(id) && isRunning && !job,
    hideEnded() {
      for (const { id, isRunning } of getSnapshot().generations) if (!isRunning) hidden.add(id);
    },
    checkOnceFollowed(id) {
      checkedOnceFollowed = id;
    },
    onChange() {
      const generation = checkedOnceFollowed === undefined ? undefined : find(checkedOnceFollowed);
      if (!generation || !isFollowedHere(generation)) return;
      checkedOnceFollowed = undefined;
      send({ type: 'CHECK', id: generation.id });
    },
  };
}
