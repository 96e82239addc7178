/** One state of a chart, with the states in it. */
export type ChartState = {
  /** Where it stands: `following.reads.polling`. The machine itself is the empty text. */
  readonly path: string;
  /** Its own name: `polling`. */
  readonly name: string;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** The path of the state that is entered first, in a compound one. */
  readonly initial?: string | undefined;
  readonly states: readonly ChartState[];
  /** The ids of the children that live in it. */
  readonly children: readonly string[];
  /** The names of the actions on the way in. */
  readonly entry: readonly string[];
  /** The names of the actions on the way out. */
  readonly exit: readonly string[];
};

/** What leads from one state to another, or happens in one. */
export type ChartTransition = {
  /** The path of the state it is written on. */
  readonly from: string;
  /** The path of the state it leads to; `undefined` where only actions run and no state is left. */
  readonly to?: string | undefined;
  /** `event` has the name of an event, `after` that of a delay, `done` and `error` that of what has ended so; `always` none. */
  readonly kind: 'event' | 'after' | 'always' | 'done' | 'error';
  readonly name: string;
  /** How long an `after` waits, in ms, where it is always the same. */
  readonly ms?: number | undefined;
  /** In words, such as `isOutage` or `not in streaming`. */
  readonly guard?: string | undefined;
  readonly actions: readonly string[];
  /** The state is left and entered again, although it leads to itself or into itself. */
  readonly reenters: boolean;
};

/** A machine as it can be drawn: plain data. */
export type Chart = {
  /** The id of the machine. */
  readonly id: string;
  readonly root: ChartState;
  /** State by state, in the order in which they are tried. */
  readonly transitions: readonly ChartTransition[];
};
