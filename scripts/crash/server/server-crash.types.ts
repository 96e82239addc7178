/** Where a process with a server half is, told just before or just after each step. */
export type HalfMark =
  | 'request.called'
  | 'insert.called'
  | 'insert.done'
  | 'sending.called'
  | 'sending.stored'
  | 'post.called'
  | 'post.answered'
  | 'accept.called'
  | 'accept.stored'
  | 'claimed'
  | 'read.called'
  | 'read.answered'
  | 'step.called'
  | 'step.stored'
  | 'end.called'
  | 'end.stored';

/** When a process ends itself by SIGKILL: this long after it reaches this mark for the first time. At 0 ms no further statement runs. */
type Death = { readonly mark: HalfMark; readonly afterMs: number };

/** One kill of a process, while it has the wish with this key. */
export type ServerCrash = {
  readonly key: string;
  /** Where it is meant to be. Where it was is known by the marks. */
  readonly instant: Instant;
  readonly death: Death;
};

/** Where a wish was when the process died that had it. */
export type Instant =
  | 'before the insert'
  | 'between the insert and the POST'
  | 'in the POST'
  | 'after the POST, before its answer is stored'
  | 'in a step'
  | 'at the end';

/** What a process with a server half is started with. */
export type HalfInput = {
  readonly file: string;
  readonly vendorUrl: string;
  /** The origin at which the vendor reaches one of the processes. */
  readonly publicUrl: string;
  readonly port: number;
  readonly leaseMs: number;
  readonly death?: Death | undefined;
};

/** What a process is started with that holds jobs which are their own streams. */
export type HoldInput = Pick<HalfInput, 'file' | 'vendorUrl' | 'port' | 'leaseMs'>;

/** What became of a job that is its own stream, whose process was killed. */
export type HoldReport = {
  readonly key: string;
  /** In ms after the vendor has heard its submit. */
  readonly killAt: number;
  /** Whether its stream had told its end by then. */
  readonly isEnded: boolean;
  readonly posts: number;
  /** What another process says of it. */
  readonly result: 'picture' | 'maybe' | 'wrong';
  /** How long after the lease of the dead process it was told, in ms; `undefined` if there was no lease any more. */
  readonly lateMs: number | undefined;
  readonly words: string | undefined;
};

/** What the vendor's double is started with. */
export type VendorInput = {
  /** How long it takes to answer a submit, in ms: of an ordinary wish, and of one whose key begins with `slow`. */
  readonly answerMs: number;
  readonly slowMs: number;
};

/** What the vendor's double has counted. */
export type VendorCounts = {
  /** Paid submits, by the key of the wish. */
  readonly paid: { readonly [key: string]: number };
  /** Deliveries that nobody has taken yet. */
  readonly waiting: number;
  readonly running: number;
};

/** A line that a process has written: the mark, and the key of the wish if it is known. */
export type MarkLine = { readonly mark: HalfMark; readonly key?: string | undefined };

/** What became of a wish. */
export type WishReport = {
  readonly key: string;
  /** Where it was when the process died that it was submitted to; `undefined` if that lives. */
  readonly instant: Instant | undefined;
  /** Where it was when a process died between its POST and the stored answer, if one did. */
  readonly unansweredAt: Instant | undefined;
  readonly paid: number;
  /** What the user has at the end. */
  readonly result: 'picture' | 'maybe' | 'not charged' | 'wrong';
  /** Whether the server has said on the way that it may be charged. */
  readonly wasMaybe: boolean;
  readonly reloads: number;
  /** How often the user had to generate again, because nothing was charged. */
  readonly retries: number;
  /** The url of the picture, or what the user was told last. */
  readonly words?: string | undefined;
};
