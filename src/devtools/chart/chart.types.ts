/** A state of a chart, with its child states. */
export type ChartState = {
  /** For example `following.reads.polling`. The path of the machine itself is `''`. */
  readonly path: string;
  /** The last part of the path: `polling`. */
  readonly name: string;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** The path of the initial state. Only a compound state has one. */
  readonly initial?: string | undefined;
  readonly states: readonly ChartState[];
  /** The ids of the actors that it invokes. */
  readonly children: readonly string[];
  /** The names of its entry actions. */
  readonly entry: readonly string[];
  /** The names of its exit actions. */
  readonly exit: readonly string[];
};

/** A transition of a chart. */
export type ChartTransition = {
  /** The path of the state with the transition. */
  readonly from: string;
  /** The path of the target; `undefined` if it only runs actions. */
  readonly to?: string | undefined;
  /**
   * The name is that of an event, a delay (`after`), or the child or state that ended (`done`, `error`). `always` has
   * none.
   */
  readonly kind: 'event' | 'after' | 'always' | 'done' | 'error';
  readonly name: string;
  /** The length of a constant `after`, in ms. */
  readonly ms?: number | undefined;
  /** As a text, such as `isOutage` or `not in streaming`. */
  readonly guard?: string | undefined;
  readonly actions: readonly string[];
  /** It exits and enters its state again, even if the target is that state or one of its children. */
  readonly reenters: boolean;
};

/** A machine as plain data. */
export type Chart = {
  /** The machine's id. */
  readonly id: string;
  readonly root: ChartState;
  /** By state, in the order in which XState tries them. */
  readonly transitions: readonly ChartTransition[];
};
